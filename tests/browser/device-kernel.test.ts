/** Raw kernels in tfjs's command stream, and the choice among variants of one operation. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import {
  allocate,
  dispatchCount,
  launch,
  resetDispatches,
  settle,
  shader,
  type Kernel,
  type Span,
} from '../../src/device/kernel';
import {
  choose,
  forgetChoices,
  kernelReport,
  measure,
  remember,
  select,
  selections,
  type Trial,
} from '../../src/device/selection';
import { gpuFacts } from '../../src/device/webgpu';
import * as tf from '../../src/device/tf';

const THREADS = 64;
const groups = (length: number): [number, number, number] => [Math.ceil(length / THREADS), 1, 1];
const main = (body: string): string => `
@compute @workgroup_size(${THREADS})
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let i = id.x;
  if (i >= p.length) { return; }
  ${body}
}`;

/** `y[i] = factor * x[i]`. */
const SCALE: Kernel = {
  name: 'test scale',
  outputs: { y: 'f32' },
  inputs: { x: 'f32' },
  uniforms: { length: 'u32', factor: 'f32' },
  code: main('y[i] = p.factor * x[i];'),
};

/** `x[i] += by`, in place. */
const ADD: Kernel = {
  name: 'test add',
  outputs: { x: 'f32' },
  inputs: {},
  uniforms: { length: 'u32', by: 'i32' },
  code: main('x[i] += f32(p.by);'),
};

const random = (length: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length }, () => Math.fround(Math.random() * 2 - 1));

async function values(tensor: tf.Tensor): Promise<number[]> {
  const read = [...(await tensor.data())];
  checkHealth();
  return read;
}

beforeEach(() => openDevice('webgpu', []));
afterEach(() => {
  forgetChoices();
  closeDevice();
});

describe('launch', () => {
  test('reads what tfjs wrote and is read by tfjs, in the order of the calls', async () => {
    const x = random(67);
    const before = tf.add(tf.tensor1d(x), 1);
    const y = allocate([67]);
    launch(SCALE, { y, x: before }, { length: 67, factor: -2.5 }, groups(67));
    const after = tf.sub(y, before);
    const expected = [...x].map((value) => {
      const sum = Math.fround(value + 1);
      return Math.fround(Math.fround(-2.5 * sum) - sum);
    });
    expect(await values(after)).toEqual(expected);
  });

  test('updates in place; what was read before the update does not stand in for it afterwards', async () => {
    const x = tf.tensor1d([1, 2, 3]);
    expect(await values(x)).toEqual([1, 2, 3]);
    launch(ADD, { x }, { length: 3, by: -5 }, groups(3));
    expect(await values(x)).toEqual([-4, -3, -2]);
    expect([...x.dataSync()]).toEqual([-4, -3, -2]);
    launch(ADD, { x }, { length: 3, by: 10 }, groups(3));
    launch(ADD, { x }, { length: 2, by: 1 }, groups(2));
    expect(await values(tf.mul(x, 2))).toEqual([14, 16, 16]);
    expect(await values(x)).toEqual([7, 8, 8]);
  });

  test('a span is that part of the tensor and no more, read or written', async () => {
    const x = tf.tensor1d(random(256));
    const source = await values(x);
    const y = tf.fill([256], 9);
    const part = (tensor: tf.Tensor, offset: number, length: number): Span => ({ tensor, offset, length });
    launch(
      {
        ...SCALE,
        name: 'test scale by arrayLength',
        code: main('if (i < arrayLength(&x)) { y[i] = p.factor * x[i]; }'),
      },
      { y: part(y, 128, 64), x: part(x, 64, 50) },
      // More threads than the span has elements: the length of the binding is what ends them.
      { length: 256, factor: 1 },
      groups(256),
    );
    const expected = [...new Array<number>(128).fill(9), ...source.slice(64, 114), ...new Array<number>(78).fill(9)];
    expect(await values(y)).toEqual(expected);
  });

  test('several outputs, vectors and an integer tensor', async () => {
    const x = tf.tensor1d([1, 2, 3, 4, 5, 6, 7, 8]);
    const sum = allocate([2]);
    const parity = allocate([8], 'int32');
    launch(
      {
        name: 'test outputs',
        outputs: { sum: 'f32', parity: 'vec4<i32>' },
        inputs: { x: 'vec4<f32>' },
        uniforms: { length: 'u32' },
        code: main('sum[i] = dot(x[i], vec4<f32>(1)); parity[i] = vec4<i32>(x[i]) % 2;'),
      },
      { sum, parity, x },
      { length: 2 },
      groups(2),
    );
    expect(await values(sum)).toEqual([10, 26]);
    expect(await values(parity)).toEqual([1, 0, 1, 0, 1, 0, 1, 0]);
  });

  test('uniforms belong to their launch, also where many wait in one submission', async () => {
    const x = tf.tensor1d([1]);
    const results = Array.from({ length: 40 }, (_, factor) => {
      const y = allocate([1]);
      launch(SCALE, { y, x }, { length: 1, factor }, groups(1));
      return y;
    });
    for (const [factor, y] of results.entries()) expect(await values(y)).toEqual([factor]);
  });

  test('a disposed tensor is still read by what was recorded before', async () => {
    const y = tf.tidy(() => {
      const x = tf.mul(tf.fill([64], 3), 2);
      const result = allocate([64]);
      launch(SCALE, { y: result, x }, { length: 64, factor: 0.5 }, groups(64));
      return result;
    });
    // Would take over the freed buffer of `x` too early.
    const other = tf.mul(tf.fill([64], 7), 11);
    expect(await values(y)).toEqual(new Array<number>(64).fill(3));
    expect((await values(other))[0]).toBe(77);
  });

  test('no workgroups, no dispatch; own and tfjs’s dispatches are counted', async () => {
    const x = tf.tensor1d([1, 2]);
    resetDispatches();
    launch(ADD, { x }, { length: 0, by: 1 }, [0, 1, 1]);
    expect(dispatchCount()).toBe(0);
    launch(ADD, { x }, { length: 2, by: 1 }, groups(2));
    launch(ADD, { x }, { length: 2, by: 1 }, groups(2));
    expect(dispatchCount()).toBe(2);
    tf.square(x);
    expect(dispatchCount()).toBe(3);
    await settle();
    expect(await values(x)).toEqual([3, 4]);
  });

  test('leaves no tensor and keeps no more memory, launch after launch', async () => {
    const x = tf.fill([1024], 1);
    const once = async (): Promise<void> => {
      tf.tidy(() => void launch(SCALE, { y: allocate([1024]), x }, { length: 1024, factor: 1 }, groups(1024)));
      await settle();
    };
    await once();
    const { numTensors, numBytes } = tf.memory();
    for (let i = 0; i < 20; i++) await once();
    expect(tf.memory()).toMatchObject({ numTensors, numBytes });
  });

  test('a missing buffer or value is named at once', () => {
    const x = tf.tensor1d([1]);
    expect(() => launch(SCALE, { x }, { length: 1, factor: 1 }, groups(1))).toThrow('test scale: no buffer for y');
    expect(() => launch(ADD, { x }, { length: 1 }, groups(1))).toThrow('test add: no value for by');
  });

  test('code that does not compile fails the next check instead of giving stale numbers', async () => {
    const x = tf.tensor1d([1]);
    launch(
      { ...ADD, name: 'test broken', code: main('x[i] = undefinedName;') },
      { x },
      { length: 1, by: 1 },
      groups(1),
    );
    await expect(values(x)).rejects.toThrow(/GPU refused a command/);
  });

  test('buffers and the uniform are declared in the order that they are bound', () => {
    expect(shader({ ...SCALE, features: ['subgroups'], code: '' })).toBe(
      [
        'enable subgroups;',
        'struct Uniforms { length: u32, factor: f32 }',
        '@group(0) @binding(0) var<storage, read_write> y: array<f32>;',
        '@group(0) @binding(1) var<storage, read> x: array<f32>;',
        '@group(0) @binding(2) var<uniform> p: Uniforms;',
        '',
      ].join('\n'),
    );
  });

  test('a kernel with subgroups runs where the device says that it has them', async () => {
    const { subgroupSize } = gpuFacts();
    // SwiftShader has them, of this size; tests of kernels count on it.
    expect(subgroupSize).toBe(4);
    const y = allocate([8]);
    launch(
      {
        name: 'test subgroups',
        features: ['subgroups'],
        outputs: { y: 'f32' },
        inputs: {},
        uniforms: { first: 'u32' },
        code: `@compute @workgroup_size(8)
fn main(@builtin(local_invocation_index) i: u32) { y[i] = subgroupBroadcastFirst(f32(i + p.first)); }`,
      },
      { y },
      { first: 5 },
      [1, 1, 1],
    );
    expect(await values(y)).toEqual([5, 5, 5, 5, 9, 9, 9, 9]);
  });
});

describe('selection', () => {
  let launched: string[] = [];
  let disposed = 0;

  /** Variants that differ by how long they take: `slow` does the work of `quick` many times over. */
  const operation = select(
    'test operation',
    [
      { name: 'usual', available: () => true },
      { name: 'quick', available: () => true },
      { name: 'elsewhere', available: ({ software }) => !software },
      { name: 'refused', available: () => true },
    ],
    () => 'usual',
    (): Trial => {
      const x = tf.fill([1 << 16], 1);
      return {
        run: () => {
          launched.push(operation.current());
          if (operation.current() === 'refused') {
            launch(
              { ...ADD, name: 'test refused', code: main('x[i] = undefinedName;') },
              { x },
              { length: 1, by: 1 },
              [1, 1, 1],
            );
            return;
          }
          for (let i = 0; i < (operation.current() === 'quick' ? 1 : 60); i++) {
            launch(ADD, { x }, { length: 1 << 16, by: 1 }, groups(1 << 16));
          }
        },
        dispose: () => {
          disposed++;
          x.dispose();
        },
      };
    },
  );

  beforeEach(() => {
    launched = [];
    disposed = 0;
  });

  /** Other operations of the house are not what is tested here. */
  const chooseOthers = (): void => {
    for (const other of selections()) {
      if (other !== operation) choose({ [other.operation]: other.current() });
    }
  };

  test('the default stands until something is chosen; unknown and unavailable choices are ignored', () => {
    expect(selections()).toContain(operation);
    expect(operation.current()).toBe('usual');
    expect(choose({ 'test operation': 'quick', 'no such operation': 'quick' })).toEqual(new Set(['test operation']));
    expect(operation.current()).toBe('quick');
    expect(choose({ 'test operation': 'elsewhere' })).toEqual(new Set());
    expect(choose({ 'test operation': 'no such variant' })).toEqual(new Set());
    expect(operation.current()).toBe('quick');
    forgetChoices();
    expect(operation.current()).toBe('usual');
  });

  test('measuring chooses the fastest of those that can run, and returns every time', async () => {
    chooseOthers();
    const measured = await measure();
    expect(measured.map(({ operation: of, variant }) => [of, variant])).toEqual([
      ['test operation', 'quick'],
      ['test operation', 'usual'],
      ['test operation', 'refused'],
    ]);
    expect(measured[0]!.milliseconds).toBeLessThan(measured[1]!.milliseconds!);
    expect(measured[2]!.milliseconds).toBeNull();
    expect(operation.current()).toBe('quick');
    expect(new Set(launched)).toEqual(new Set(['usual', 'quick', 'refused']));
    const report = kernelReport(new Set()).find(({ operation: of }) => of === 'test operation')!;
    expect(report).toMatchObject({ current: 'quick', forced: false });
    expect(
      report.variants.map(({ name, available, milliseconds, refused }) => [
        name,
        available,
        milliseconds !== null,
        refused,
      ]),
    ).toEqual([
      ['usual', true, true, false],
      ['quick', true, true, false],
      ['elsewhere', false, false, false],
      ['refused', true, false, true],
    ]);
    expect(disposed).toBe(1);
    checkHealth();
  });

  test('each variant is announced before it first runs, each operation as soon as it is timed', async () => {
    chooseOthers();
    const told: string[] = [];
    await measure({
      starting: async (of, variant) => void told.push(`${of}, ${variant}: ${new Set(launched).size} before`),
      finished: async (times) => void told.push(times.map(({ variant }) => variant).join(' ')),
    });
    expect(told).toEqual([
      'test operation, usual: 0 before',
      'test operation, usual: 0 before',
      'test operation, quick: 1 before',
      'test operation, refused: 2 before',
      'quick usual refused',
    ]);
  });

  test('what was refused before is not tried, not even as the default', async () => {
    chooseOthers();
    const refused = (...variants: string[]): void =>
      remember(variants.map((variant) => ({ operation: 'test operation', variant, milliseconds: null })));
    refused('usual');
    expect(operation.current()).toBe('quick');
    refused('usual', 'refused');
    // One is left: there is nothing to time.
    expect(await measure()).toEqual([]);
    expect([operation.current(), launched]).toEqual(['quick', []]);
    refused('quick');
    expect((await measure())[0]).toMatchObject({ variant: 'usual' });
    expect(new Set(launched)).toEqual(new Set(['usual', 'refused']));
  });

  test('a choice that cannot be run here does not keep the others from being measured', async () => {
    chooseOthers();
    choose({ 'test operation': 'elsewhere' });
    await measure();
    expect(operation.current()).toBe('quick');
  });

  test('times of an earlier visit stand in for measuring; a choice goes before them', async () => {
    chooseOthers();
    const earlier = [
      { operation: 'test operation', variant: 'usual', milliseconds: 2 },
      { operation: 'test operation', variant: 'quick', milliseconds: 1 },
      { operation: 'test operation', variant: 'of an older version', milliseconds: 0.1 },
      { operation: 'no such operation', variant: 'quick', milliseconds: 1 },
    ];
    remember(earlier);
    expect(operation.current()).toBe('quick');
    expect(await measure()).toEqual([]);
    choose({ 'test operation': 'usual' });
    remember(earlier);
    expect(operation.current()).toBe('usual');
    const report = kernelReport(new Set(['test operation'])).find(({ operation: of }) => of === 'test operation')!;
    expect(report).toMatchObject({ current: 'usual', forced: true });
    expect(report.variants.map(({ milliseconds }) => milliseconds)).toEqual([2, 1, null, null]);
  });

  test('what is chosen already is not measured', async () => {
    chooseOthers();
    choose({ 'test operation': 'usual' });
    expect(await measure()).toEqual([]);
    expect(operation.current()).toBe('usual');
    expect(launched).toEqual([]);
  });
});
