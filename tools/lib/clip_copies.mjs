/** Copies of one clip that differ in their bytes and not in what they show. */

const bytesOf = (/** @type {string} */ text) => Buffer.from(text, 'latin1');

/** A piece that readers pass over, before the four bytes of a number, by how the file begins. */
const PASSED_OVER = [
  {
    at: 4,
    marks: ['ftyp', 'moov', 'mdat', 'wide', 'free'],
    piece: Buffer.concat([Buffer.from([0, 0, 0, 12]), bytesOf('free')]),
  },
  { at: 0, marks: ['RIFF'], piece: Buffer.concat([bytesOf('JUNK'), Buffer.from([4, 0, 0, 0])]) },
  // Matroska and WebM: an element Void of four bytes.
  { at: 0, marks: ['\x1aE\xdf\xa3'], piece: Buffer.from([0xec, 0x84]) },
];

/**
 * The clip with a number behind it: another file for each number, of one size. What is neither MP4, MOV, AVI, MKV nor
 * WebM stays as it is.
 */
export function copyOf(/** @type {Uint8Array} */ clip, /** @type {number} */ number) {
  const begin = Buffer.from(clip.subarray(0, 8)).toString('latin1');
  const found = PASSED_OVER.find(({ at, marks }) => marks.includes(begin.slice(at, at + 4)));
  if (found === undefined) return clip;
  const last = Buffer.alloc(4);
  last.writeUInt32BE(number);
  return Buffer.concat([clip, found.piece, last]);
}
