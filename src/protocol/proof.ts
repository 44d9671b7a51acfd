/** The proof that a thread cannot reach the network, as shown in the page. */
export interface NetworkProof {
  thread: 'trainer' | 'frames' | 'peer';
  /** Which of several threads of the same kind, from 1; absent where there is one. */
  number?: number;
  /** True when every attempt was refused. */
  sealed: boolean;
  attempts: {
    url: string;
    means: 'fetch' | 'XMLHttpRequest' | 'WebSocket';
    outcome: 'refused' | 'reached';
    detail: string;
  }[];
}
