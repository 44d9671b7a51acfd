/**
 * Attention for processors that pose as GPUs: no workgroup memory, no barriers. Four lanes keep a block of rows in
 * registers, each lane every fourth vector of them. A load is what costs there (each lane's four numbers are fetched
 * one by one), so a loaded vector is used for every row of the block. A score is a sum over the lanes; then each lane
 * goes on with one of four keys, and broadcasts give its weights back to the others.
 */
import type { Kernel } from '../../device/kernel';
import { attentionKernel, each, joined, LOW, type Form, type Pass } from './attention_code';

const LANES = 4;

/** Rows of a block. More would be faster by a little and compile for seconds. */
export const REGISTER_ROWS: Record<Pass, number> = { forward: 8, 'query-gradient': 8, 'key-gradient': 8 };

export function registersKernel(pass: Pass, form: Form): Kernel {
  const code = { forward, 'query-gradient': queryGradient, 'key-gradient': keyGradient }[pass];
  return attentionKernel('registers', pass, form, code(form.headDim / 4, REGISTER_ROWS[pass]), ['subgroups']);
}

/** Vectors of a lane. */
const ownOf = (width: number): number => Math.ceil(width / LANES);

function entry(width: number, rows: number): string {
  return `
@compute @workgroup_size(${LANES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let first = group.x * ${rows}u;
  let sequence = group.z;
  let keys = keysOf(sequence);
  let lane = local.x;
  let unit = vec4<f32>(vec4<u32>(0u, 1u, 2u, 3u) == vec4<u32>(lane));
  let lastToken = p.tokens - 1u;
  ${each(ownOf(width), (i) => `let in${i} = lane + ${LANES * i}u < WIDTH; let at${i} = min(lane + ${LANES * i}u, WIDTH - 1u);`)}`;
}

/** This lane's vectors of a row, as `name_0`, `name_1`, ...; zeros past the end. */
const keep = (own: number, name: string, buffer: string, base: string, scale = ''): string =>
  each(own, (i) => `let ${name}_${i} = select(vec4<f32>(), ${buffer}[${base} + at${i}]${scale}, in${i});`);

/** This lane's vectors of four rows, as `name0_0`, ...: what lies past the end meets zeros. */
const stream = (own: number, name: string, buffer: string, base: (l: number) => string): string =>
  each(
    LANES,
    (l) => `let ${name}Base${l} = ${base(l)};
  ${each(own, (i) => `let ${name}${l}_${i} = ${buffer}[${name}Base${l} + at${i}];`)}`,
  );

/** A row's products with four streamed rows; this lane goes on with its own. */
const products = (own: number, row: string, streamed: string): string =>
  `dot(unit, subgroupAdd(vec4<f32>(${joined(LANES, ', ', (l) => joined(own, ' + ', (i) => `dot(${row}_${i}, ${streamed}${l}_${i})`))})))`;

/** What four streamed rows add to a sum, each with the weight of its lane. */
const weighted = (weight: string, streamed: string, i: number): string =>
  joined(LANES, ' + ', (l) => `${weight}${l} * ${streamed}${l}_${i}`);

const broadcast = (name: string, value: string): string =>
  each(LANES, (l) => `let ${name}${l} = subgroupBroadcast(${value}, ${l}u);`);

const zeros = (own: number, name: string): string => each(own, (i) => `var ${name}_${i} = vec4<f32>();`);

const write = (own: number, buffer: string, base: string, value: (i: number) => string): string =>
  each(own, (i) => `if (in${i}) { ${buffer}[${base} + at${i}] = ${value(i)}; }`);

function forward(width: number, rows: number): string {
  const own = ownOf(width);
  return `${entry(width, rows)}
  let head = group.y;
  let keyHead = p.heads + head / (p.heads / p.kvHeads);
  ${each(
    rows,
    (r) => `let base${r} = place(sequence, min(first + ${r}u, lastToken), head);
  ${keep(own, `q${r}`, 'qkv', `base${r}`, ' * p.scale')}
  ${zeros(own, `o${r}`)}
  var top${r} = ${LOW};
  var total${r} = 0.0;`,
  )}
  let end = select(keys, min(keys, first + ${rows}u), p.causal != 0u);
  for (var start = 0u; start < end; start += ${LANES}u) {
    ${stream(own, 'k', 'qkv', (l) => `place(sequence, min(start + ${l}u, lastToken), keyHead)`)}
    ${each(
      rows,
      (r) => `let seen${r} = seen(first + ${r}u, start + lane, keys);
    let s${r} = select(${LOW}, ${products(own, `q${r}`, 'k')}, seen${r});
    let higher${r} = max(top${r}, subgroupMax(s${r}));
    let shrink${r} = exp(top${r} - higher${r});
    let w${r} = select(0.0, exp(s${r} - higher${r}), seen${r});
    top${r} = higher${r};
    total${r} = total${r} * shrink${r} + w${r};`,
    )}
    ${stream(own, 'v', 'qkv', (l) => `kBase${l} + p.kvHeads * WIDTH`)}
    ${each(
      rows,
      (r) => `{
      ${broadcast('b', `w${r}`)}
      ${each(own, (i) => `o${r}_${i} = o${r}_${i} * shrink${r} + ${weighted('b', 'v', i)};`)}
    }`,
    )}
  }
  ${each(
    rows,
    (r) => `{
    // A row that sees nothing gives zeros.
    let total = max(subgroupAdd(total${r}), 1e-30);
    if (first + ${r}u < p.tokens) {
      let out = placeOut(sequence, first + ${r}u, head);
      ${write(own, 'y', 'out', (i) => `o${r}_${i} / total`)}
      if (lane == 0u) { logsum[placeOne(sequence, first + ${r}u, head)] = select(0.0, top${r} + log(total), top${r} > ${LOW}); }
    }
  }`,
  )}
}`;
}

function queryGradient(width: number, rows: number): string {
  const own = ownOf(width);
  return `${entry(width, rows)}
  let head = group.y;
  let keyHead = p.heads + head / (p.heads / p.kvHeads);
  ${each(
    rows,
    (r) => `let row${r} = min(first + ${r}u, lastToken);
  let base${r} = place(sequence, row${r}, head);
  let out${r} = placeOut(sequence, row${r}, head);
  ${keep(own, `q${r}`, 'qkv', `base${r}`, ' * p.scale')}
  ${keep(own, `dy${r}`, 'dy', `out${r}`)}
  ${zeros(own, `dq${r}`)}
  let logsum${r} = logsum[placeOne(sequence, row${r}, head)];
  let delta${r} = delta[placeOne(sequence, row${r}, head)];`,
  )}
  let end = select(keys, min(keys, first + ${rows}u), p.causal != 0u);
  for (var start = 0u; start < end; start += ${LANES}u) {
    ${stream(own, 'k', 'qkv', (l) => `place(sequence, min(start + ${l}u, lastToken), keyHead)`)}
    ${stream(own, 'v', 'qkv', (l) => `kBase${l} + p.kvHeads * WIDTH`)}
    ${each(
      rows,
      (r) => `{
      let s = ${products(own, `q${r}`, 'k')};
      let w = select(0.0, exp(min(s - logsum${r}, 0.0)), seen(first + ${r}u, start + lane, keys));
      let ds = w * (${products(own, `dy${r}`, 'v')} - delta${r});
      ${broadcast('b', 'ds')}
      ${each(own, (i) => `dq${r}_${i} += ${weighted('b', 'k', i)};`)}
    }`,
    )}
  }
  ${each(
    rows,
    (r) => `if (first + ${r}u < p.tokens) {
    ${write(own, 'dqkv', `base${r}`, (i) => `dq${r}_${i} * p.scale`)}
  }`,
  )}
}`;
}

function keyGradient(width: number, rows: number): string {
  const own = ownOf(width);
  return `${entry(width, rows)}
  let share = p.heads / p.kvHeads;
  ${each(
    rows,
    (r) => `let base${r} = place(sequence, min(first + ${r}u, lastToken), p.heads + group.y);
  ${keep(own, `k${r}`, 'qkv', `base${r}`, ' * p.scale')}
  ${keep(own, `v${r}`, 'qkv', `base${r} + p.kvHeads * WIDTH`)}
  ${zeros(own, `dk${r}`)}
  ${zeros(own, `dv${r}`)}`,
  )}
  // Rows before the block see none of its keys where attention is causal.
  let begin = select(0u, first, p.causal != 0u);
  for (var head = group.y * share; head < (group.y + 1u) * share; head++) {
    for (var start = begin; start < p.tokens; start += ${LANES}u) {
      ${stream(own, 'q', 'qkv', (l) => `place(sequence, min(start + ${l}u, lastToken), head)`)}
      ${stream(own, 'dy', 'dy', (l) => `placeOut(sequence, min(start + ${l}u, lastToken), head)`)}
      let row = start + lane;
      let one = placeOne(sequence, min(row, lastToken), head);
      let rowLogsum = logsum[one];
      let rowDelta = delta[one];
      ${each(
        rows,
        (r) => `{
        let s = ${products(own, `k${r}`, 'q')};
        let w = select(0.0, exp(min(s - rowLogsum, 0.0)), row < p.tokens && seen(row, first + ${r}u, keys));
        let ds = w * (${products(own, `v${r}`, 'dy')} - rowDelta);
        ${broadcast('b', 'w')}
        ${each(own, (i) => `dv${r}_${i} += ${weighted('b', 'dy', i)};`)}
        ${broadcast('c', 'ds')}
        ${each(own, (i) => `dk${r}_${i} += ${weighted('c', 'q', i)};`)}
      }`,
      )}
    }
  }
  ${each(
    rows,
    (r) => `if (first + ${r}u < p.tokens) {
    ${write(own, 'dqkv', `base${r}`, (i) => `dk${r}_${i} * p.scale`)}
    ${write(own, 'dqkv', `base${r} + p.kvHeads * WIDTH`, (i) => `dv${r}_${i}`)}
  }`,
  )}
}`;
}
