/** Buffers that wait in tfjs's pool go back to the GPU when told, and what is alive stays. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { checkHealth, closeDevice, memoryInfo, openDevice } from '../../src/device';
import { probeMemory } from '../../src/device/scopes';
import * as tf from '../../src/device/tf';
import { emptyPool, openedGpu } from '../../src/device/webgpu';

beforeEach(() => openDevice('webgpu', []));
afterEach(closeDevice);

test('what is freed is kept until the pool is emptied, and can be allocated again', async () => {
  const before = memoryInfo().bytes;
  const kept = tf.fill([1000], 3);
  const freed = tf.fill([5000], 4);
  const sum = tf.add(freed, 1);
  freed.dispose();
  await sum.data();
  const pooled = memoryInfo().bytes;
  expect(pooled - before).toBeGreaterThanOrEqual(44_000);
  sum.dispose();
  await emptyPool();
  const after = memoryInfo().bytes;
  expect(pooled - after).toBeGreaterThanOrEqual(40_000);
  expect(after - before).toBeGreaterThanOrEqual(4000);
  expect([...(await kept.data())]).toEqual(new Array(1000).fill(3));
  expect([...(await tf.fill([5000], 4).data())]).toEqual(new Array(5000).fill(4));
  checkHealth();
});

test('work that was recorded and not yet sent is done before its buffers go', async () => {
  const x = tf.fill([3000], 2);
  const y = tf.square(x);
  x.dispose();
  await emptyPool();
  expect([...(await y.data())]).toEqual(new Array(3000).fill(4));
  checkHealth();
});

test('a trial of memory counts what is held', async () => {
  const held = tf.add(tf.zeros([1_000_000]), 1);
  await held.data();
  const { bytes } = memoryInfo();
  expect(bytes).toBeGreaterThanOrEqual(4e6);
  expect(await probeMemory(bytes + 1000)).toMatchObject({ tried: bytes + 1000, more: true });
  expect(await probeMemory(1000)).toMatchObject({ tried: bytes, more: true });
  expect(openedGpu()).not.toBeNull();
  checkHealth();
});
