/**
 * Writes protocol buffers (protobuf.dev/programming-guides/encoding), as far as ONNX files need them: varints, 32-bit
 * floats, text, bytes and messages in messages. Large bytes are kept by reference until the file is a Blob.
 */

type Bytes = Uint8Array<ArrayBuffer>;

/** How a field's value lies in the file. */
const VARINT = 0;
const LENGTH = 2;
const FIXED32 = 5;

/** One message; fields are written in the order of the calls. */
export class Message {
  private readonly parts: Bytes[] = [];
  /** Length of the message so far. */
  private size = 0;

  /** A whole number of up to 64 bits; a negative one takes its two's complement, as int32, int64 and enum do. */
  whole(field: number, value: number | bigint): this {
    return this.add(varint((field << 3) | VARINT), varint(value));
  }

  float(field: number, value: number): this {
    return this.add(varint((field << 3) | FIXED32), new Uint8Array(new Float32Array([value]).buffer));
  }

  text(field: number, value: string): this {
    return this.bytes(field, new TextEncoder().encode(value));
  }

  bytes(field: number, value: Bytes): this {
    return this.add(varint((field << 3) | LENGTH), varint(value.length), value);
  }

  /** `value` as it is now: what is added to it later is not part of this message. */
  message(field: number, value: Message): this {
    return this.add(varint((field << 3) | LENGTH), varint(value.size), ...value.parts);
  }

  toBlob(): Blob {
    return new Blob(this.parts);
  }

  private add(...parts: Bytes[]): this {
    for (const part of parts) {
      this.parts.push(part);
      this.size += part.length;
    }
    return this;
  }
}

/** Seven bits a byte, lowest first; all but the last have the top bit. */
function varint(value: number | bigint): Bytes {
  let rest = BigInt.asUintN(64, BigInt(value));
  const bytes: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Uint8Array.from(bytes);
}
