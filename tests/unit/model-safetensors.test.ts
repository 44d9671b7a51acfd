/** Reading safetensors: what the format says, each lie it can tell, and random damage. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bfloat16ToFloat32,
  float16ToFloat32,
  parseSafetensors,
  readFloat32,
  writeSafetensors,
} from '../../src/model/safetensors';
import { ModelError } from '../../src/protocol';

/** A file from a raw header text and data. */
function file(header: string | Uint8Array, data: number | Uint8Array = 0, claimed?: bigint): Blob {
  const json = typeof header === 'string' ? new TextEncoder().encode(header) : header;
  const length = new DataView(new ArrayBuffer(8));
  length.setBigUint64(0, claimed ?? BigInt(json.length), true);
  return new Blob([length.buffer, new Uint8Array(json), new Uint8Array(data as number)]);
}

const entry = (dtype: string, shape: unknown, offsets: unknown): string =>
  JSON.stringify({ dtype, shape, data_offsets: offsets });
const one = (dtype: string, shape: unknown, offsets: unknown): string => `{"a":${entry(dtype, shape, offsets)}}`;

describe('valid files', () => {
  test('what is written is read again, in any shape', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => name !== '__metadata__' && name !== '__proto__'),
          fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
          { maxKeys: 6 },
        ),
        async (shapes) => {
          const tensors = new Map(
            Object.entries(shapes).map(([name, shape], i) => {
              const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, j) => i + j / 8);
              return [name, { shape, data }];
            }),
          );
          const parsed = await parseSafetensors('x', new Blob([writeSafetensors(tensors, { format: 'pt' })]));
          expect(parsed.metadata.get('format')).toBe('pt');
          expect([...parsed.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
          for (const [name, { shape, data }] of tensors) {
            const found = parsed.tensors.get(name)!;
            expect(found.shape).toEqual(shape);
            expect(await readFloat32(parsed, found)).toEqual(data);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('names that objects treat specially are written and read like any other', async () => {
    const names = ['__proto__', 'constructor', '10', '9', 'é"\\\n'];
    const tensors = new Map(names.map((name, i) => [name, { shape: [1], data: Float32Array.of(i) }]));
    const parsed = await parseSafetensors('x', new Blob([writeSafetensors(tensors)]));
    expect([...parsed.tensors.keys()]).toEqual(names);
    for (const [i, name] of names.entries())
      expect([...(await readFloat32(parsed, parsed.tensors.get(name)!))]).toEqual([i]);
    expect(() => writeSafetensors(new Map([['__metadata__', { shape: [1], data: Float32Array.of(1) }]]))).toThrow(
      RangeError,
    );
  });

  test('a name like __proto__ is a name', async () => {
    const parsed = await parseSafetensors(
      'x',
      file('{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4),
    );
    expect([...parsed.tensors.keys()]).toEqual(['__proto__']);
    expect(({} as { dtype?: string }).dtype).toBeUndefined();
  });

  test('an empty object, spaces after the header, empty and 0-rank tensors', async () => {
    expect((await parseSafetensors('x', file('{}'))).tensors.size).toBe(0);
    const spaced = `{"e":${entry('F32', [0, 3], [0, 0])},"s":${entry('F32', [], [0, 4])}}   `;
    expect((await parseSafetensors('x', file(spaced, 4))).tensors.size).toBe(2);
  });
});

describe('number formats', () => {
  test('bfloat16 is the upper half of a float32', () => {
    const bits = Uint16Array.from([0x3f80, 0xc049, 0x0000, 0x8000, 0x7f80, 0x0001]);
    expect([...bfloat16ToFloat32(bits)]).toEqual([1, -3.140625, 0, -0, Infinity, 2 ** -133]);
  });

  test('float16 with subnormals, infinities and NaN', () => {
    const bits = Uint16Array.from([0x3c00, 0xc000, 0x0001, 0x8001, 0x7bff, 0x7c00, 0xfc00, 0x7e00, 0x0400, 0x8000]);
    const expected = [1, -2, 2 ** -24, -(2 ** -24), 65504, Infinity, -Infinity, NaN, 2 ** -14, -0];
    expect([...float16ToFloat32(bits)]).toEqual(expected);
  });

  test('another type is refused by name', async () => {
    const parsed = await parseSafetensors('q.safetensors', file(one('I8', [4], [0, 4]), 4));
    await expect(readFloat32(parsed, parsed.tensors.get('a')!)).rejects.toThrow(
      /q\.safetensors: Tensor "a" has type I8/,
    );
  });
});

describe('lies', () => {
  const lies: [string, Blob, RegExp][] = [
    ['an empty file', new Blob([]), /0 bytes/],
    ['seven bytes', new Blob([new Uint8Array(7)]), /7 bytes/],
    ['a header longer than the file', file('{}', 0, 1000n), /cut off/],
    ['a header of 100 MB and one', file('{}', 0, 100_000_001n), /more than is allowed/],
    ['a header of 2^64-1', file('{}', 0, 2n ** 64n - 1n), /more than is allowed/],
    ['an empty header', file(''), /not a JSON object/],
    ['a header that is not UTF-8', file(Uint8Array.from([0x7b, 0xff, 0x7d])), /UTF-8/],
    ['a byte order mark', file(Uint8Array.from([0xef, 0xbb, 0xbf, 0x7b, 0x7d])), /not a JSON object/],
    ['an array', file('[]'), /not a JSON object/],
    ['broken JSON', file('{"a":'), /not JSON/],
    ['a name twice', file(`{"a":${entry('F32', [1], [0, 4])},"a":${entry('F32', [1], [0, 4])}}`, 4), /"a" twice/],
    [
      'a name twice, once escaped',
      file(`{"a":${entry('F32', [1], [0, 4])}, "\\u0061"  :${entry('F32', [1], [0, 4])}}`, 4),
      /twice/,
    ],
    ['a field twice', file('{"a":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]}}', 4), /"dtype" twice/],
    ['metadata that is not text', file('{"__metadata__":{"a":1}}'), /not text/],
    ['metadata that is a list', file('{"__metadata__":[]}'), /not an object/],
    ['a tensor that is a number', file('{"a":1}'), /not described/],
    ['a tensor that is null', file('{"a":null}'), /not described/],
    ['an unknown type', file(one('F31', [1], [0, 4]), 4), /unknown type/],
    ['a type from the prototype', file(one('constructor', [1], [0, 4]), 4), /unknown type/],
    ['a negative dimension', file(one('F32', [-1], [0, 4]), 4), /whole numbers/],
    ['a fractional dimension', file(one('F32', [1.5], [0, 6]), 6), /whole numbers/],
    ['a dimension as text', file(one('F32', ['1'], [0, 4]), 4), /whole numbers/],
    ['no shape', file('{"a":{"dtype":"F32","data_offsets":[0,4]}}', 4), /whole numbers/],
    ['one offset', file(one('F32', [1], [0]), 4), /offsets/],
    ['offsets turned round', file(one('F32', [1], [4, 0]), 4), /does not take/],
    ['a size that overflows', file(one('F32', [2 ** 32, 2 ** 32, 2 ** 32], [0, 0]), 0), /does not take/],
    ['a shape too large for its bytes', file(one('F32', [2], [0, 4]), 4), /does not take/],
    ['bits that fill no whole byte', file(one('F4', [3], [0, 1]), 1), /does not take 1 bytes/],
    ['a dimension of minus zero', file('{"a":{"dtype":"F32","shape":[-0],"data_offsets":[0,0]}}'), /whole numbers/],
    ['a dimension beyond whole numbers', file(one('F32', [2 ** 53], [0, 4]), 4), /whole numbers/],
    ['an offset below zero', file(one('F32', [1], [-4, 0]), 4), /offsets/],
    ['a hundred thousand dimensions', file(one('U8', Array<number>(100_000).fill(2 ** 40), [0, 4]), 4), /dimensions/],
    ['metadata from the prototype', file('{"__metadata__":{"__proto__":{}}}'), /not text/],
    ['a hole at the start', file(one('F32', [1], [4, 8]), 8), /hole/],
    ['a hole between', file(`{"a":${entry('F32', [1], [0, 4])},"b":${entry('F32', [1], [8, 12])}}`, 12), /hole/],
    ['an overlap', file(`{"a":${entry('F32', [2], [0, 8])},"b":${entry('F32', [2], [4, 12])}}`, 12), /overlaps/],
    [
      'two names for the same bytes',
      file(`{"a":${entry('F32', [1], [0, 4])},"b":${entry('F32', [1], [0, 4])}}`, 4),
      /overlaps/,
    ],
    ['bytes after the last tensor', file(one('F32', [1], [0, 4]), 9), /belong to no tensor/],
    ['a file cut short', file(one('F32', [4], [0, 16]), 9), /cut off/],
    ['offsets beyond any file', file(one('U8', [2 ** 53 - 1], [0, 2 ** 53 - 1]), 4), /outside|cut off/],
  ];

  test.each(lies)('%s', async (_, blob, reason) => {
    const error: unknown = await parseSafetensors('model.safetensors', blob).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).file).toBe('model.safetensors');
    expect((error as ModelError).why).toMatch(reason);
    expect((error as ModelError).remedy).not.toBe('');
  });
});

test('a file that the disk no longer gives is named', async () => {
  const gone = {
    size: 64,
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotReadableError')) }),
  };
  const error: unknown = await parseSafetensors('m.safetensors', gone as unknown as Blob).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).message).toMatch(/^m\.safetensors: It cannot be read any more \(gone\)/);
});

describe('damage', () => {
  /** Either a ModelError, or entries that lie inside the file and agree with their sizes. */
  async function survives(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    try {
      const parsed = await parseSafetensors('x', new Blob([bytes]));
      for (const found of parsed.tensors.values()) {
        expect(found.begin).toBeGreaterThanOrEqual(8);
        expect(found.end).toBeLessThanOrEqual(bytes.length);
        if (found.dtype !== 'F32') continue;
        expect((await readFloat32(parsed, found)).length).toBe(found.shape.reduce((a, b) => a * b, 1));
      }
    } catch (error) {
      expect(error).toBeInstanceOf(ModelError);
    }
  }

  test('any bytes', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), (bytes) => survives(new Uint8Array(bytes))),
      { numRuns: 300 },
    ));

  test('any header text', () =>
    fc.assert(
      fc.asyncProperty(fc.json(), fc.nat(32), async (json, size) =>
        survives(new Uint8Array(await file(json, size).arrayBuffer())),
      ),
      { numRuns: 300 },
    ));

  test('a valid file with one byte changed, or cut', () => {
    const valid = writeSafetensors(
      new Map([
        ['first', { shape: [2, 3], data: new Float32Array(6) }],
        ['second', { shape: [4], data: new Float32Array(4) }],
      ]),
      { format: 'pt' },
    );
    return fc.assert(
      fc.asyncProperty(fc.nat(valid.length - 1), fc.nat(255), fc.boolean(), (at, value, cut) => {
        const changed = new Uint8Array(valid);
        changed[at] = value;
        return survives(cut ? changed.slice(0, at) : changed);
      }),
      { numRuns: 500 },
    );
  });

  test('a valid header with one lie in it', () => {
    const numbers = fc.constantFrom<unknown>(
      -1,
      -0,
      0.5,
      1,
      3,
      2 ** 31,
      2 ** 53 - 1,
      2 ** 53,
      1e300,
      null,
      '4',
      [],
      {},
      true,
    );
    const text = fc.constantFrom<unknown>('F32', 'F16', 'F4', 'I8', 'f32', '', '__proto__', 'toString', 7, null, [
      'F32',
    ]);
    type Header = Record<string, { dtype: unknown; shape: unknown[]; data_offsets: unknown[] }>;
    const valid = (): Header => ({
      one: { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] },
      two: { dtype: 'F32', shape: [4], data_offsets: [24, 40] },
      three: { dtype: 'BF16', shape: [], data_offsets: [40, 42] },
    });
    const mutation = fc.oneof(
      fc.record({ kind: fc.constant('dtype' as const), value: text }),
      fc.record({ kind: fc.constant('shape' as const), at: fc.nat(2), value: numbers }),
      fc.record({ kind: fc.constant('data_offsets' as const), at: fc.nat(2), value: numbers }),
      fc.record({ kind: fc.constantFrom('gone' as const, 'renamed' as const, 'extra' as const), value: numbers }),
    );
    return fc.assert(
      fc.asyncProperty(
        fc.constantFrom('one', 'two', 'three'),
        mutation,
        fc.integer({ min: 0, max: 50 }),
        async (name, change, size) => {
          const header: Record<string, unknown> = valid();
          const entry = header[name] as Header[string];
          if (change.kind === 'dtype') entry.dtype = change.value;
          else if (change.kind === 'gone') delete header[name];
          else if (change.kind === 'renamed') header['__metadata__'] = entry;
          else if (change.kind === 'extra') header['four'] = change.value;
          else if ('at' in change) entry[change.kind][change.at] = change.value;
          await survives(new Uint8Array(await file(JSON.stringify(header), size).arrayBuffer()));
        },
      ),
      { numRuns: 1500, seed: 20261127 },
    );
  });
});
