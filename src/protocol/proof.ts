/** The proof that a thread cannot reach the network, as shown in the page. */
export interface NetworkProof {
  thread: 'trainer' | 'frames' | 'peer';
  /** True when every attempt was refused. */
  sealed: boolean;
  attempts: {
    url: string;
    means: 'fetch' | 'XMLHttpRequest' | 'WebSocket';
    outcome: 'refused' | 'reached';
    detail: string;
  }[];
}
