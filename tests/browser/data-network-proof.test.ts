import { describe, expect, it } from 'vitest';
import type { NetworkProof } from '../../src/protocol';

const MODULE = new URL('/src/data/network_proof.ts', location.origin).href;
const OWN = new URL('/probe.txt', location.origin).href;
const FOREIGN = 'https://probe.invalid/';

/**
 * Runs the proof in a worker. A blob worker takes the policy of the document that starts it, so a frame with a
 * policy in a meta element stands in for the headers that the page's server sends.
 */
async function proofUnder(policy: string | null, urls: string[]): Promise<NetworkProof> {
  const frame = document.createElement('iframe');
  const meta = policy === null ? '' : `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const code = `import { proveSealed } from '${MODULE}';
    postMessage(await proveSealed('frames', ${JSON.stringify(urls)}));`;
  frame.srcdoc = `${meta}<script>
    const worker = new Worker(URL.createObjectURL(new Blob([${JSON.stringify(code)}], { type: 'text/javascript' })), { type: 'module' });
    worker.onmessage = (event) => parent.postMessage({ proof: event.data }, '*');
    worker.onerror = (event) => parent.postMessage({ failed: event.message || 'the worker did not start' }, '*');
  </script>`;
  try {
    return await new Promise<NetworkProof>((resolve, reject) => {
      const listen = (event: MessageEvent<{ proof?: NetworkProof; failed?: string }>): void => {
        if (event.source !== frame.contentWindow) return;
        window.removeEventListener('message', listen);
        if (event.data.proof) resolve(event.data.proof);
        else reject(new Error(event.data.failed));
      };
      window.addEventListener('message', listen);
      document.body.append(frame);
    });
  } finally {
    frame.remove();
  }
}

describe('the proof that a thread is sealed', () => {
  it('is sealed where the policy refuses every means, own origin included', async () => {
    const proof = await proofUnder("connect-src 'none'", [OWN, FOREIGN]);
    expect(proof.attempts).toHaveLength(6);
    expect(proof.attempts.map(({ outcome }) => outcome)).toEqual(Array(6).fill('refused'));
    expect(new Set(proof.attempts.map(({ means }) => means))).toEqual(
      new Set(['fetch', 'XMLHttpRequest', 'WebSocket']),
    );
    expect(proof.attempts[0]!.detail).toContain('connect-src');
    expect(proof).toMatchObject({ thread: 'frames', sealed: true });
  });

  it('is not sealed where the own origin can be reached', async () => {
    const proof = await proofUnder("connect-src 'self'", [OWN, FOREIGN]);
    expect(proof.sealed).toBe(false);
    const outcome = (url: string, means: string): string | undefined =>
      proof.attempts.find((attempt) => attempt.url === url && attempt.means === means)?.outcome;
    expect(outcome(OWN, 'fetch')).toBe('reached');
    expect(outcome(OWN, 'XMLHttpRequest')).toBe('reached');
    expect(outcome(FOREIGN, 'fetch')).toBe('refused');
    expect(outcome(FOREIGN, 'WebSocket')).toBe('refused');
  });

  it('does not take a host that cannot be found for a refusal', async () => {
    const proof = await proofUnder(null, [FOREIGN]);
    expect(proof.sealed).toBe(false);
    expect(proof.attempts.map(({ outcome }) => outcome)).toEqual(['reached', 'reached', 'reached']);
    expect(proof.attempts[0]!.detail).toContain('Not refused by policy');
  });

  it('is not sealed when nothing was tried', async () => {
    expect((await proofUnder("connect-src 'none'", [])).sealed).toBe(false);
    expect((await proofUnder("connect-src 'none'", ['nonsense'])).sealed).toBe(false);
  });
});
