/** What is kept up to a number of bytes, and what goes first. */
import { expect, test } from 'vitest';
import { Recent } from '../../src/model/recent';

const bytes = (count: number): Uint8Array => new Uint8Array(count);

test('what was used longest ago goes first, and no more than must', () => {
  const kept = new Recent<string, Uint8Array>(10);
  kept.set('a', bytes(4));
  kept.set('b', bytes(4));
  expect(kept.get('a')).toHaveLength(4);
  kept.set('c', bytes(4));
  expect(['a', 'b', 'c'].filter((key) => kept.get(key) !== undefined)).toEqual(['a', 'c']);
});

test('a key that is set again counts once', () => {
  const kept = new Recent<string, Uint8Array>(10);
  for (let i = 0; i < 5; i++) kept.set('a', bytes(4));
  kept.set('b', bytes(6));
  expect(kept.get('a')).toHaveLength(4);
});

test('what an entry takes besides its value counts too', () => {
  const kept = new Recent<string, Uint8Array>(10, 3);
  kept.set('a', bytes(2));
  kept.set('a', bytes(2));
  kept.set('b', bytes(2));
  expect(kept.get('a')).toHaveLength(2);
  kept.set('c', bytes(1));
  expect(kept.get('b')).toBeUndefined();
  expect(kept.get('a')).toHaveLength(2);
});

test('what is larger than the limit is kept alone', () => {
  const kept = new Recent<string, Uint8Array>(10);
  kept.set('a', bytes(4));
  kept.set('b', bytes(20));
  expect(kept.get('a')).toBeUndefined();
  expect(kept.get('b')).toHaveLength(20);
});
