import { expect, test, vi } from 'vitest';
import { watchRequests, type RequestSeen } from '../../src/protocol';

test('a request is seen with its address and beginning; a blob is memory, not network', async () => {
  const seen: RequestSeen[] = [];
  const end = watchRequests((request) => seen.push(request));
  const before = performance.timeOrigin + performance.now();
  const url = new URL(`/package.json?watched=${before}`, location.href).href;
  await fetch(url);
  const blob = URL.createObjectURL(new Blob(['memory']));
  await fetch(blob);
  URL.revokeObjectURL(blob);
  await vi.waitFor(() => expect(seen.map((request) => request.url)).toContain(url));
  const [request] = seen.filter((entry) => entry.url === url);
  expect(request?.refused).toBe(false);
  expect(request?.at).toBeGreaterThanOrEqual(before - 1);
  expect(seen.some((entry) => entry.url.startsWith('blob:'))).toBe(false);
  end();
  const count = seen.length;
  await fetch(`${url}&after`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(seen).toHaveLength(count);
});

test('an attempt that the policy refused is seen as refused', () => {
  const seen: RequestSeen[] = [];
  const end = watchRequests((request) => seen.push(request));
  const violation = (disposition: 'enforce' | 'report'): Event =>
    new SecurityPolicyViolationEvent('securitypolicyviolation', {
      blockedURI: 'https://example.org/frame',
      disposition,
      documentURI: location.href,
      effectiveDirective: 'connect-src',
      originalPolicy: '',
      violatedDirective: 'connect-src',
      statusCode: 200,
      bubbles: true,
    });
  document.dispatchEvent(violation('report'));
  expect(seen).toEqual([]);
  document.dispatchEvent(violation('enforce'));
  expect(seen).toMatchObject([{ url: 'https://example.org/frame', refused: true }]);
  end();
});
