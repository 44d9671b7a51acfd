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

/**
 * Fills variables from each row of the block: vectors `<name><row>_<i>`, zeros past the head's end, and numbers
 * `<name><row>`. A loop, and not straight lines as everywhere else: every load is compiled into a branch for each lane
 * and number, and a hundred of them take seconds.
 *
 * @param token statements that say where the row `token` lies
 */
function keep(
  rows: number,
  own: number,
  token: string,
  vectors: Readonly<Record<string, (at: string) => string>>,
  numbers: Readonly<Record<string, string>> = {},
): string {
  const values = [
    ...Object.entries(vectors).flatMap(([name, value]) =>
      Array.from({ length: own }, (_, i) => ({
        name: (r: number) => `${name}${r}_${i}`,
        zero: 'vec4<f32>()',
        value: `select(vec4<f32>(), ${value(`at${i}`)}, in${i})`,
      })),
    ),
    ...Object.entries(numbers).map(([name, value]) => ({ name: (r: number) => `${name}${r}`, zero: '0.0', value })),
  ];
  return `${values.map(({ name, zero }) => each(rows, (r) => `var ${name(r)} = ${zero};`)).join('\n')}
  for (var r = 0u; r < ${rows}u; r++) {
    let token = min(first + r, lastToken);
    ${token}
    ${values
      .map(
        ({ name, value }) =>
          `{ let x = ${value}; ${each(rows, (r) => `${name(r)} = select(${name(r)}, x, r == ${r}u);`)} }`,
      )
      .join('\n')}
  }`;
}

/** The reverse: writes `<name><row>_<i>` of every row to an element of a buffer. `token`: as above. */
function write(
  rows: number,
  own: number,
  token: string,
  vectors: Readonly<Record<string, (at: string, value: string) => string>>,
): string {
  const pick = (name: (r: number) => string): string => `var x = ${name(0)};
    ${each(rows - 1, (r) => `x = select(x, ${name(r + 1)}, r == ${r + 1}u);`)}`;
  return `for (var r = 0u; r < min(${rows}u, p.tokens - first); r++) {
    let token = first + r;
    ${token}
    ${Object.entries(vectors)
      .map(([name, store]) =>
        each(own, (i) => `{ ${pick((r) => `${name}${r}_${i}`)} if (in${i}) { ${store(`at${i}`, 'x')} } }`),
      )
      .join('\n')}
  }`;
}

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

function forward(width: number, rows: number): string {
  const own = ownOf(width);
  return `${entry(width, rows)}
  let head = group.y;
  let keyHead = p.heads + head / (p.heads / p.kvHeads);
  ${keep(rows, own, 'let base = place(sequence, token, head);', { q: (at) => `qkv[base + ${at}] * p.scale` })}
  ${each(rows, (r) => `${zeros(own, `o${r}`)} var top${r} = ${LOW}; var total${r} = 0.0;`)}
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
  // A row that sees nothing gives zeros.
  ${each(
    rows,
    (r) => `total${r} = max(subgroupAdd(total${r}), 1e-30);
  let logsum${r} = select(0.0, top${r} + log(total${r}), top${r} > ${LOW});
  if (lane == 0u && first + ${r}u < p.tokens) { logsum[placeOne(sequence, first + ${r}u, head)] = logsum${r}; }
  ${each(own, (i) => `o${r}_${i} = o${r}_${i} / total${r};`)}`,
  )}
  ${write(rows, own, 'let base = placeOut(sequence, token, head);', { o: (at, value) => `y[base + ${at}] = ${value};` })}
}`;
}

function queryGradient(width: number, rows: number): string {
  const own = ownOf(width);
  return `${entry(width, rows)}
  let head = group.y;
  let keyHead = p.heads + head / (p.heads / p.kvHeads);
  ${keep(
    rows,
    own,
    `let base = place(sequence, token, head);
    let out = placeOut(sequence, token, head);
    let one = placeOne(sequence, token, head);`,
    { q: (at) => `qkv[base + ${at}] * p.scale`, dy: (at) => `dy[out + ${at}]` },
    { logsum: 'logsum[one]', delta: 'delta[one]' },
  )}
  ${each(rows, (r) => zeros(own, `dq${r}`))}
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
  ${write(rows, own, 'let base = place(sequence, token, head);', {
    dq: (at, value) => `dqkv[base + ${at}] = ${value} * p.scale;`,
  })}
}`;
}

function keyGradient(width: number, rows: number): string {
  const own = ownOf(width);
  const ofRow = 'let base = place(sequence, token, p.heads + group.y); let values = base + p.kvHeads * WIDTH;';
  return `${entry(width, rows)}
  let share = p.heads / p.kvHeads;
  ${keep(rows, own, ofRow, { k: (at) => `qkv[base + ${at}] * p.scale`, v: (at) => `qkv[values + ${at}]` })}
  ${each(rows, (r) => `${zeros(own, `dk${r}`)} ${zeros(own, `dv${r}`)}`)}
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
  ${write(rows, own, ofRow, {
    dk: (at, value) => `dqkv[base + ${at}] = ${value} * p.scale;`,
    dv: (at, value) => `dqkv[values + ${at}] = ${value};`,
  })}
}`;
}
