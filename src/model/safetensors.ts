/**
 * Reads and writes safetensors, trusting nothing in the file (format: github.com/huggingface/safetensors, README and
 * `validate()`): header length and JSON within bounds, no duplicate names, dims whole and not negative, offsets in
 * order without holes or overlaps up to the last byte, and sizes that agree with shape and type. A header is read once and
 * small; tensors are read one by one, so that a file of any size costs the memory of one of its tensors.
 */
import { ModelError } from '../protocol';

/** Every type of the format (`Dtype` in safetensors 0.8) with its bits; F32, F16 and BF16 can be read as float32. */
const BITS: Record<string, number> = {
  C64: 64,
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2FNUZ: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
};

/** As in the reference implementation. */
const LONGEST_HEADER = 100_000_000;

export interface TensorEntry {
  name: string;
  dtype: string;
  shape: number[];
  /** Bytes from the start of the file. */
  begin: number;
  end: number;
}

export interface SafetensorsFile {
  path: string;
  blob: Blob;
  tensors: Map<string, TensorEntry>;
  metadata: Map<string, string>;
}

/** Reads the header only. `path` is for messages. @throws ModelError */
export async function parseSafetensors(path: string, blob: Blob): Promise<SafetensorsFile> {
  const bad = (cause: string): ModelError =>
    new ModelError({ file: path, cause, remedy: 'Get the file again: it is damaged or not a safetensors file.' });
  if (blob.size < 8) throw bad(`It has ${blob.size} bytes; a safetensors file begins with an 8-byte length.`);
  const lengthView = new DataView(await bytesOf(path, blob, 0, 8));
  const headerBytes = lengthView.getBigUint64(0, true);
  if (headerBytes > BigInt(LONGEST_HEADER))
    throw bad(`Its header claims ${headerBytes.toString()} bytes, more than is allowed.`);
  const length = Number(headerBytes);
  if (8 + length > blob.size) {
    throw bad(`It is cut off: the header claims ${length} bytes, but only ${blob.size - 8} follow.`);
  }
  const bytes = await bytesOf(path, blob, 8, 8 + length);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw bad('Its header is not UTF-8 text.');
  }
  if (!text.startsWith('{')) throw bad('Its header is not a JSON object.');
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw bad('Its header is not JSON.');
  }
  const duplicate = duplicateKey(text);
  if (duplicate !== null) throw bad(`Its header names ${JSON.stringify(duplicate)} twice.`);

  const metadata = new Map<string, string>();
  const entries: TensorEntry[] = [];
  for (const [name, value] of Object.entries(header as Record<string, unknown>)) {
    if (name === '__metadata__') {
      if (!isRecord(value)) throw bad('Its __metadata__ is not an object.');
      for (const [key, word] of Object.entries(value)) {
        if (typeof word !== 'string') throw bad(`Its __metadata__ ${JSON.stringify(key)} is not text.`);
        metadata.set(key, word);
      }
    } else {
      entries.push(readEntry(name, value, 8 + length, bad));
    }
  }
  entries.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 8 + length;
  for (const entry of entries) {
    if (entry.begin !== at) {
      throw bad(
        `Tensor ${JSON.stringify(entry.name)} leaves a hole or overlaps another (offset ${entry.begin}, expected ${at}).`,
      );
    }
    at = entry.end;
  }
  if (at !== blob.size) {
    throw bad(
      at > blob.size
        ? `It is cut off: tensors end at byte ${at}, the file at ${blob.size}.`
        : `${blob.size - at} bytes at its end belong to no tensor.`,
    );
  }
  return { path, blob, tensors: new Map(entries.map((entry) => [entry.name, entry])), metadata };
}

/** One tensor's bytes as they are, in a buffer of their own. @throws ModelError when the disk no longer has them. */
export async function readBytes(file: SafetensorsFile, entry: TensorEntry): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await bytesOf(file.path, file.blob, entry.begin, entry.end));
}

/** A file that was moved, changed or unplugged after it was chosen: the browser then refuses (NotReadableError). */
async function bytesOf(path: string, blob: Blob, begin: number, end: number): Promise<ArrayBuffer> {
  try {
    return await blob.slice(begin, end).arrayBuffer();
  } catch (error) {
    throw new ModelError({
      file: path,
      cause: `It cannot be read any more (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Put the file back as it was, and choose the folder again.',
    });
  }
}

/** One tensor as float32, from F32, F16 or BF16. @throws ModelError for another type. */
export async function readFloat32(file: SafetensorsFile, entry: TensorEntry): Promise<Float32Array<ArrayBuffer>> {
  return toFloat32(file, entry.dtype, await readBytes(file, entry), entry.name);
}

/** A tensor's bytes as float32. @throws ModelError for a type other than F32, F16 or BF16. */
export function toFloat32(
  file: SafetensorsFile,
  dtype: string,
  { buffer }: Uint8Array<ArrayBuffer>,
  name = '',
): Float32Array<ArrayBuffer> {
  switch (dtype) {
    case 'F32':
      return new Float32Array(buffer);
    case 'BF16':
      return bfloat16ToFloat32(new Uint16Array(buffer));
    case 'F16':
      return float16ToFloat32(new Uint16Array(buffer));
    default:
      throw new ModelError({
        file: file.path,
        cause: `Tensor ${JSON.stringify(name)} has type ${dtype}.`,
        remedy: 'Use a model saved as float32, float16 or bfloat16 (not a quantised one).',
      });
  }
}

/** A bfloat16 is the upper half of a float32. */
export function bfloat16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const words = new Uint32Array(halves.length);
  for (let i = 0; i < halves.length; i++) words[i] = halves[i]! << 16;
  return new Float32Array(words.buffer);
}

/** IEEE 754 binary16, subnormals, infinities and NaN included. */
export function float16ToFloat32(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const out = new Float32Array(halves.length);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i]!;
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 0) out[i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) out[i] = fraction === 0 ? sign * Infinity : NaN;
    else out[i] = sign * (1024 + fraction) * 2 ** (exponent - 25);
  }
  return out;
}

/** A whole file of float32 tensors, in the given order. @throws RangeError for a shape that is not its data's, or the reserved name. */
export function writeSafetensors(
  tensors: ReadonlyMap<string, { shape: readonly number[]; data: Float32Array }>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  // Entries, not an object: a tensor may be called `__proto__`, and keys that look like numbers keep their place.
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [['__metadata__', metadata]] : [];
  let size = 0;
  for (const [name, { shape, data }] of tensors) {
    if (name === '__metadata__') throw new RangeError('__metadata__ is no name for a tensor');
    if (product(shape) !== data.length)
      throw new RangeError(`${name}: shape ${shape.join('x')} does not hold ${data.length} numbers`);
    entries.push([name, { dtype: 'F32', shape, data_offsets: [size, size + data.byteLength] }]);
    size += data.byteLength;
  }
  const fields = entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`);
  const json = new TextEncoder().encode(`{${fields.join(',')}}`);
  // Padded with spaces to a multiple of 8, as the reference does, so that tensors are aligned.
  const length = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + length + size);
  new DataView(file.buffer).setBigUint64(0, BigInt(length), true);
  file.fill(0x20, 8, 8 + length);
  file.set(json, 8);
  let at = 8 + length;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return file;
}

function readEntry(name: string, value: unknown, dataStart: number, bad: (cause: string) => ModelError): TensorEntry {
  const label = `Tensor ${JSON.stringify(name.slice(0, 200))}`;
  if (!isRecord(value)) throw bad(`${label} is not described by an object.`);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string' || !Object.hasOwn(BITS, dtype))
    throw bad(`${label} has the unknown type ${JSON.stringify(dtype)}.`);
  if (!isWholeNumbers(shape)) throw bad(`${label} has a shape that is not a list of whole numbers.`);
  // Nothing that a network has comes near it, and a product of very many numbers would take the page's time.
  if (shape.length > 32) throw bad(`${label} has ${shape.length} dimensions.`);
  if (!isWholeNumbers(offsets) || offsets.length !== 2) throw bad(`${label} has no valid offsets.`);
  const [begin, end] = offsets as [number, number];
  // Whole numbers of any size: a product that overflows cannot agree with the offsets, and bits must fill whole bytes.
  const bits = shape.reduce((count, dim) => count * BigInt(dim), BigInt(BITS[dtype] ?? 0));
  if (begin > end || bits !== BigInt(end - begin) * 8n) {
    throw bad(`${label} of shape [${shape.join(', ')}] and type ${dtype} does not take ${end - begin} bytes.`);
  }
  if (!Number.isSafeInteger(dataStart + end)) throw bad(`${label} lies outside any file.`);
  return { name, dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isWholeNumbers(value: unknown): value is number[] {
  return (
    Array.isArray(value) &&
    value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0 && !Object.is(item, -0))
  );
}

function product(shape: readonly number[]): number {
  return shape.reduce((count, dim) => count * dim, 1);
}

/**
 * The first key that an object of this (valid) JSON text holds twice, or null. `JSON.parse` keeps the last one, so
 * two readers could see two different files.
 */
export function duplicateKey(json: string): string | null {
  const open: (Set<string> | null)[] = [];
  for (let i = 0; i < json.length; i++) {
    const char = json[i];
    if (char === '{') open.push(new Set());
    else if (char === '[') open.push(null);
    else if (char === '}' || char === ']') open.pop();
    else if (char === '"') {
      const start = i;
      for (i++; json[i] !== '"'; i++) if (json[i] === '\\') i++;
      const keys = open.at(-1);
      let next = i + 1;
      while (json[next] === ' ' || json[next] === '\t' || json[next] === '\n' || json[next] === '\r') next++;
      if (keys && json[next] === ':') {
        const key = JSON.parse(json.slice(start, i + 1)) as string;
        if (keys.has(key)) return key;
        keys.add(key);
      }
    }
  }
  return null;
}
