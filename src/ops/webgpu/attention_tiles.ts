/**
 * Attention for hardware GPUs: a workgroup keeps a block of rows in its own memory and streams tiles of the other side
 * through it. Eight by eight invocations share a tile of scores, and each then owns some columns of the block's sums.
 */
import type { Kernel } from '../../device/kernel';
import { attentionKernel, each, LOW, type Form, type Pass } from './attention_code';

/** Invocations in a row and in a column of the workgroup. */
const SIDE = 8;

/** Rows that stay and rows that stream by, each a multiple of `SIDE`. */
export interface Tile {
  rows: number;
  streamed: number;
}

const TILES: readonly Tile[] = [
  { rows: 32, streamed: 16 },
  { rows: 32, streamed: 8 },
  { rows: 16, streamed: 16 },
  { rows: 16, streamed: 8 },
  { rows: 8, streamed: 8 },
];

/** Bytes of workgroup memory: one or two matrices on either side, their rows a vector apart, and tiles of scores. */
function bytesOf(pass: Pass, width: number, { rows, streamed }: Tile): number {
  const resident = pass === 'forward' ? 1 : 2;
  const scores = pass === 'key-gradient' ? 2 : 1;
  return 16 * (width + 1) * (resident * rows + 2 * streamed) + 4 * scores * rows * streamed;
}

/**
 * The largest tile of at most `rows` rows that fits: more rows read the other side less often, fewer leave room for
 * more workgroups at once.
 *
 * @throws RangeError when none does.
 */
export function tileFor(pass: Pass, headDim: number, memory: number, rows = Infinity): Tile {
  const tile = TILES.find((tile) => tile.rows <= rows && bytesOf(pass, headDim / 4, tile) <= memory);
  if (tile === undefined) throw new RangeError(`Heads of ${headDim} do not fit into ${memory} bytes of a workgroup`);
  return tile;
}

export function tilesKernel(pass: Pass, form: Form, tile: Tile): Kernel {
  const code = { forward, 'query-gradient': queryGradient, 'key-gradient': keyGradient }[pass];
  return attentionKernel(`tiles ${tile.rows} ${tile.streamed}`, pass, form, code(form.headDim / 4, tile));
}

/** What is declared for a tile, and the pieces that all passes are made of. */
function pieces(width: number, { rows, streamed }: Tile) {
  const down = rows / SIDE;
  const across = streamed / SIDE;
  const columns = Math.ceil(width / SIDE);
  /** For every score of an invocation: rows y + 8 a, streamed rows x + 8 b. */
  const scores = (line: (a: number, b: number) => string): string => each(down, (a) => each(across, (b) => line(a, b)));
  /** For every vector that an invocation owns of the block's sums. */
  const sums = (line: (a: number, i: number) => string): string => each(down, (a) => each(columns, (i) => line(a, i)));
  return {
    down,
    across,
    scores,
    sums,
    head: `
const STRIDE = ${width + 1}u; // One vector more than a row has, so that neighbouring rows lie in different banks.
${['mine', 'mineToo'].map((name) => `var<workgroup> ${name}: array<vec4<f32>, ${rows * (width + 1)}>;`).join('\n')}
${['theirs', 'theirsToo'].map((name) => `var<workgroup> ${name}: array<vec4<f32>, ${streamed * (width + 1)}>;`).join('\n')}
${['weights', 'slopes'].map((name) => `var<workgroup> ${name}: array<f32, ${rows * streamed}>;`).join('\n')}
@compute @workgroup_size(${SIDE * SIDE})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let x = local % ${SIDE}u;
  let y0 = local / ${SIDE}u;
  let first = group.x * ${rows}u;
  let sequence = group.z;
  let keys = keysOf(sequence);
  let lastToken = p.tokens - 1u;
  ${each(columns, (i) => `let column${i} = min(x + ${SIDE * i}u, WIDTH - 1u);`)}`,
    /** Fills a tile; `begin` is the first token, `row` says where `token` lies. */
    load: (tile: string, count: number, begin: string, buffer: string, row: string): string => `
  for (var i = local; i < ${count}u * WIDTH; i += ${SIDE * SIDE}u) {
    let token = min(${begin} + i / WIDTH, lastToken);
    ${tile}[i / WIDTH * STRIDE + i % WIDTH] = ${buffer}[${row} + i % WIDTH];
  }`,
    /** `<name><a>_<b>`: products of resident and streamed rows. */
    multiply: (name: string, resident: string, stream: string): string => `
    ${scores((a, b) => `var ${name}${a}_${b} = 0.0;`)}
    for (var j = 0u; j < WIDTH; j++) {
      ${each(down, (a) => `let m${a} = ${resident}[(y0 + ${SIDE * a}u) * STRIDE + j];`)}
      ${each(across, (b) => `let t${b} = ${stream}[(x + ${SIDE * b}u) * STRIDE + j];`)}
      ${scores((a, b) => `${name}${a}_${b} += dot(m${a}, t${b});`)}
    }`,
    /** Where a score lies in `weights` and `slopes`. */
    at: (a: number, b: number): string => `[(y0 + ${SIDE * a}u) * ${streamed}u + x + ${SIDE * b}u]`,
    /** Adds streamed rows, weighted by shared scores, to `<sum><a>_<i>`. `also`: what else a row does with `w<a>`. */
    accumulate: (sum: string, shared: string, stream: string, also: (a: number) => string = () => ''): string => `
    for (var t = 0u; t < ${streamed}u; t++) {
      ${each(down, (a) => `let w${a} = ${shared}[(y0 + ${SIDE * a}u) * ${streamed}u + t]; ${also(a)}`)}
      ${each(columns, (i) => `let v${i} = ${stream}[t * STRIDE + column${i}];`)}
      ${sums((a, i) => `${sum}${a}_${i} += w${a} * v${i};`)}
    }`,
    zeros: (sum: string): string => sums((a, i) => `var ${sum}${a}_${i} = vec4<f32>();`),
    /** Writes what an invocation owns; `row` says where `token` lies. */
    store: (buffer: string, row: string, value: (a: number, i: number) => string): string =>
      each(
        down,
        (a) => `if (first + y0 + ${SIDE * a}u < p.tokens) {
    let token = first + y0 + ${SIDE * a}u;
    ${each(columns, (i) => `if (x + ${SIDE * i}u < WIDTH) { ${buffer}[${row} + column${i}] = ${value(a, i)}; }`)}
  }`,
      ),
  };
}

const QUERY = 'place(sequence, token, head)';
const KEY = 'place(sequence, token, keyHead)';
const VALUE = 'place(sequence, token, keyHead + p.kvHeads)';
const OUTPUT = 'placeOut(sequence, token, head)';

function forward(width: number, tile: Tile): string {
  const { down, scores, sums, head, load, multiply, at, accumulate, zeros, store } = pieces(width, tile);
  const { rows, streamed } = tile;
  return `${head}
  let head = group.y;
  let keyHead = p.heads + head / (p.heads / p.kvHeads);
  ${load('mine', rows, 'first', 'qkv', QUERY)}
  ${each(down, (a) => `let row${a} = first + y0 + ${SIDE * a}u; var top${a} = ${LOW}; var total${a} = 0.0;`)}
  ${zeros('o')}
  let end = select(keys, min(keys, first + ${rows}u), p.causal != 0u);
  for (var start = 0u; start < end; start += ${streamed}u) {
    ${load('theirs', streamed, 'start', 'qkv', KEY)}
    ${load('theirsToo', streamed, 'start', 'qkv', VALUE)}
    workgroupBarrier();
    ${multiply('s', 'mine', 'theirs')}
    ${scores(
      (a, b) => `let seen${a}_${b} = seen(row${a}, start + x + ${SIDE * b}u, keys);
    s${a}_${b} = select(${LOW}, s${a}_${b} * p.scale, seen${a}_${b});
    weights${at(a, b)} = s${a}_${b};`,
    )}
    workgroupBarrier();
    ${each(
      down,
      (a) => `var higher${a} = top${a};
    for (var t = 0u; t < ${streamed}u; t++) { higher${a} = max(higher${a}, weights[(y0 + ${SIDE * a}u) * ${streamed}u + t]); }
    let shrink${a} = exp(top${a} - higher${a});
    top${a} = higher${a};
    total${a} *= shrink${a};`,
    )}
    ${sums((a, i) => `o${a}_${i} *= shrink${a};`)}
    workgroupBarrier();
    ${scores((a, b) => `weights${at(a, b)} = select(0.0, exp(s${a}_${b} - top${a}), seen${a}_${b});`)}
    workgroupBarrier();
    ${accumulate('o', 'weights', 'theirsToo', (a) => `total${a} += w${a};`)}
    workgroupBarrier();
  }
  // A row that sees nothing gives zeros.
  ${store('y', OUTPUT, (a, i) => `o${a}_${i} / max(total${a}, 1e-30)`)}
  ${each(
    down,
    (a) => `if (x == 0u && row${a} < p.tokens) {
    logsum[placeOne(sequence, row${a}, head)] = select(0.0, top${a} + log(max(total${a}, 1e-30)), top${a} > ${LOW});
  }`,
  )}
}`;
}

function queryGradient(width: number, tile: Tile): string {
  const { down, scores, head, load, multiply, at, accumulate, zeros, store } = pieces(width, tile);
  const { rows, streamed } = tile;
  return `${head}
  let head = group.y;
  let keyHead = p.heads + head / (p.heads / p.kvHeads);
  ${load('mine', rows, 'first', 'qkv', QUERY)}
  ${load('mineToo', rows, 'first', 'dy', OUTPUT)}
  ${each(
    down,
    (a) => `let row${a} = first + y0 + ${SIDE * a}u;
  let one${a} = placeOne(sequence, min(row${a}, lastToken), head);
  let logsum${a} = logsum[one${a}];
  let delta${a} = delta[one${a}];`,
  )}
  ${zeros('dq')}
  let end = select(keys, min(keys, first + ${rows}u), p.causal != 0u);
  for (var start = 0u; start < end; start += ${streamed}u) {
    ${load('theirs', streamed, 'start', 'qkv', KEY)}
    ${load('theirsToo', streamed, 'start', 'qkv', VALUE)}
    workgroupBarrier();
    ${multiply('s', 'mine', 'theirs')}
    ${multiply('d', 'mineToo', 'theirsToo')}
    ${scores(
      (a, b) => `{
      let w = exp(min(s${a}_${b} * p.scale - logsum${a}, 0.0));
      weights${at(a, b)} = select(0.0, w * (d${a}_${b} - delta${a}), seen(row${a}, start + x + ${SIDE * b}u, keys));
    }`,
    )}
    workgroupBarrier();
    ${accumulate('dq', 'weights', 'theirs')}
    workgroupBarrier();
  }
  ${store('dqkv', QUERY, (a, i) => `dq${a}_${i} * p.scale`)}
}`;
}

function keyGradient(width: number, tile: Tile): string {
  const { across, scores, head, load, multiply, at, accumulate, zeros, store } = pieces(width, tile);
  const { rows, streamed } = tile;
  return `${head}
  let keyHead = p.heads + group.y;
  let share = p.heads / p.kvHeads;
  ${load('mine', rows, 'first', 'qkv', KEY)}
  ${load('mineToo', rows, 'first', 'qkv', VALUE)}
  ${zeros('dk')}
  ${zeros('dv')}
  // Rows before the block see none of its keys where attention is causal.
  let begin = select(0u, first, p.causal != 0u);
  for (var head = group.y * share; head < (group.y + 1u) * share; head++) {
    for (var start = begin; start < p.tokens; start += ${streamed}u) {
      ${load('theirs', streamed, 'start', 'qkv', QUERY)}
      ${load('theirsToo', streamed, 'start', 'dy', OUTPUT)}
      workgroupBarrier();
      ${multiply('s', 'mine', 'theirs')}
      ${multiply('d', 'mineToo', 'theirsToo')}
      ${each(
        across,
        (b) => `let row${b} = start + x + ${SIDE * b}u;
      let one${b} = placeOne(sequence, min(row${b}, lastToken), head);
      let logsum${b} = logsum[one${b}];
      let delta${b} = delta[one${b}];`,
      )}
      ${scores(
        (a, b) => `{
        let seen = row${b} < p.tokens && seen(row${b}, first + y0 + ${SIDE * a}u, keys);
        let w = select(0.0, exp(min(s${a}_${b} * p.scale - logsum${b}, 0.0)), seen);
        weights${at(a, b)} = w;
        slopes${at(a, b)} = w * (d${a}_${b} - delta${b});
      }`,
      )}
      workgroupBarrier();
      ${accumulate('dv', 'weights', 'theirsToo')}
      ${accumulate('dk', 'slopes', 'theirs')}
      workgroupBarrier();
    }
  }
  ${store('dqkv', KEY, (a, i) => `dk${a}_${i} * p.scale`)}
  ${store('dqkv', VALUE, (a, i) => `dv${a}_${i}`)}
}`;
}
