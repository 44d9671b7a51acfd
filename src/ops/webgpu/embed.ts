/** Rows of an embedding table in the bits of its file: only the rows asked for are ever unpacked. */
import { allocate, launch, type Bound, type Kernel } from '../../device/kernel';
import type { Tensor } from '../custom';
import { SCALE_GROUP, type PackedWeights, type Packing } from '../types';
import { FLAT_MAIN, flatGroups } from './flat';

/** For each packing the weights of a word, and the WGSL for weight `j` of `word` (before its scale). */
const UNPACK: Record<Packing, { perWord: number; weight: (j: number) => string }> = {
  float32: { perWord: 1, weight: () => 'bitcast<f32>(word)' },
  bfloat16: { perWord: 2, weight: (j) => `bitcast<f32>(${j === 0 ? 'word << 16u' : 'word & 0xffff0000u'})` },
  float16: { perWord: 2, weight: (j) => `unpack2x16float(word)[${j}]` },
  int8: { perWord: 4, weight: (j) => `f32(extractBits(bitcast<i32>(word), ${8 * j}u, 8u))` },
  int4: { perWord: 8, weight: (j) => `f32(extractBits(bitcast<i32>(word), ${4 * j}u, 4u))` },
};

function embedKernel(packing: Packing): Kernel {
  const { perWord, weight } = UNPACK[packing];
  const scaled = packing === 'int8' || packing === 'int4';
  const lines = Array.from({ length: perWord }, (_, j) => `y[at + ${j}u] = ${weight(j)}${scaled ? ' * scale' : ''};`);
  return {
    name: `embed-${packing}`,
    outputs: { y: 'f32' },
    inputs: { ids: 'i32', words: 'u32', ...(scaled ? { scales: 'f32' } : {}) },
    uniforms: { rows: 'u32', width: 'u32', vocabulary: 'u32' },
    code: `${FLAT_MAIN}
  // One word an invocation; p.width words make a row.
  if (i >= p.rows * p.width) { return; }
  let id = u32(clamp(ids[i / p.width], 0, i32(p.vocabulary) - 1));
  let word = words[id * p.width + i % p.width];
  let at = i * ${perWord}u;
  ${scaled ? `let scale = scales[(id * p.width + i % p.width) / ${SCALE_GROUP / perWord}u];` : ''}
  ${lines.join('\n  ')}
}`,
  };
}

/**
 * @param ids int32 `[n]`
 * @param table `outputs` rows (the vocabulary) of `inputs` numbers (the hidden size)
 * @returns `[n, inputs]`
 */
export function embedRows(ids: Tensor, table: PackedWeights): Tensor {
  const y = allocate([ids.size, table.inputs]);
  const width = table.inputs / UNPACK[table.packing].perWord;
  const buffers: Record<string, Bound> = { y, ids, words: table.words };
  if (table.scales !== null) buffers['scales'] = table.scales;
  const uniforms = { rows: ids.size, width, vocabulary: table.outputs };
  launch(embedKernel(table.packing), buffers, uniforms, flatGroups(ids.size * width));
  return y;
}
