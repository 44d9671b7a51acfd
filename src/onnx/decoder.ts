/**
 * `embed_tokens.onnx` and `decoder_model_merged.onnx`: token ids to embeddings, and embeddings to logits with a cache
 * of keys and values (transformers' `LlamaModel` and the output projection).
 */
import type { BackboneConfig } from '../model/config';
import { Graph, type Value } from './graph';
import { attention, fromHeads, linear, rmsNorm, toHeads, type Build } from './layers';

const EMBEDDING = 'model.text_model.embed_tokens';
/** What a forbidden key adds to its score: its probability becomes exactly 0 in float32. */
const FORBIDDEN = -1e9;

/** Input `input_ids [batch_size, sequence_length]`; output `inputs_embeds [batch_size, sequence_length, hidden]`. */
export async function tokenEmbedding({ text: t }: BackboneConfig, reader: Build['reader']): Promise<Graph> {
  const graph = new Graph('embed_tokens');
  const ids = graph.input('input_ids', 'int64', ['batch_size', 'sequence_length']);
  const name = `${EMBEDDING}.weight`;
  const shape = [t.vocabulary, t.hidden];
  const rows = graph.node('Gather', [graph.weights(name, shape, await reader.float32(name, shape)), ids]);
  graph.output('inputs_embeds', rows, 'float', ['batch_size', 'sequence_length', t.hidden]);
  return graph;
}

/**
 * Inputs `inputs_embeds [batch_size, sequence_length, hidden]`, `attention_mask [batch_size, total_sequence_length]`,
 * `position_ids [batch_size, sequence_length]`, `num_logits_to_keep` (how many of the last positions get logits; 0:
 * all), and for each layer `past_key_values.i.key` and `.value [batch_size, kvHeads, past_sequence_length, headDim]`.
 * Outputs `logits [batch_size, kept, vocabulary]` and `present.i.key` and `.value`.
 */
export async function mergedDecoder(config: BackboneConfig, reader: Build['reader']): Promise<Graph> {
  const { text: t, tiedEmbeddings } = config;
  const graph = new Graph('decoder_model_merged');
  const build = { graph, reader };
  let h = graph.input('inputs_embeds', 'float', ['batch_size', 'sequence_length', t.hidden]);
  const mask = graph.input('attention_mask', 'int64', ['batch_size', 'total_sequence_length']);
  const positions = graph.input('position_ids', 'int64', ['batch_size', 'sequence_length']);
  const keep = graph.input('num_logits_to_keep', 'int64', []);
  const cacheShape = (length: string) => ['batch_size', t.kvHeads, length, t.headDim] as const;
  const past = Array.from({ length: t.layers }, (_, i) => ({
    key: graph.input(`past_key_values.${i}.key`, 'float', cacheShape('past_sequence_length')),
    value: graph.input(`past_key_values.${i}.value`, 'float', cacheShape('past_sequence_length')),
  }));
  const turn = rotary(graph, t, positions);
  const bias = causalBias(graph, t, mask, past[0]!.key, positions);
  for (let i = 0; i < t.layers; i++) {
    const layer = await textLayer(build, t, h, `model.text_model.layers.${i}`, past[i]!, turn, bias);
    h = layer.h;
    graph.output(`present.${i}.key`, layer.key, 'float', cacheShape('total_sequence_length'));
    graph.output(`present.${i}.value`, layer.value, 'float', cacheShape('total_sequence_length'));
  }
  // From -n to the end; with n = 0 that begins at 0.
  const start = graph.node('Neg', [graph.node('Reshape', [keep, graph.ints([1])])]);
  const last = graph.node('Slice', [h, start, graph.ints([Number.MAX_SAFE_INTEGER]), graph.ints([1])]);
  const normed = await rmsNorm(build, last, 'model.text_model.norm', t.hidden, t.epsilon);
  const head = tiedEmbeddings && !reader.has('lm_head.weight') ? EMBEDDING : 'lm_head';
  const logits = await linear(build, normed, t.hidden, [{ name: head, outputs: t.vocabulary }], false);
  graph.output('logits', logits, 'float', ['batch_size', 'kept', t.vocabulary]);
  return graph;
}

type TextConfig = BackboneConfig['text'];
type Turn = (x: Value) => Value;

async function textLayer(
  build: Build,
  t: TextConfig,
  h: Value,
  name: string,
  past: { key: Value; value: Value },
  turn: Turn,
  bias: Value,
): Promise<{ h: Value; key: Value; value: Value }> {
  const { graph } = build;
  const queries = t.heads * t.headDim;
  const keys = t.kvHeads * t.headDim;
  const normed = await rmsNorm(build, h, `${name}.input_layernorm`, t.hidden, t.epsilon);
  const projections = [
    { name: `${name}.self_attn.q_proj`, outputs: queries },
    { name: `${name}.self_attn.k_proj`, outputs: keys },
    { name: `${name}.self_attn.v_proj`, outputs: keys },
  ];
  const qkv = await linear(build, normed, t.hidden, projections, false);
  const [q, k, v] = graph.split('Split', [qkv, graph.ints([queries, keys, keys])], 3, { ints: { axis: -1 } });
  const grown = (before: Value, now: Value): Value => graph.node('Concat', [before, now], { ints: { axis: 2 } });
  const key = grown(past.key, turn(toHeads(graph, k!, t.kvHeads, t.headDim)));
  const value = grown(past.value, toHeads(graph, v!, t.kvHeads, t.headDim));
  // Heads that share keys lie side by side: as queries of their group they need no copies of the keys.
  const grouped = graph.node('Reshape', [
    turn(toHeads(graph, q!, t.heads, t.headDim)),
    graph.ints([0, t.kvHeads, -1, t.headDim]),
  ]);
  const seen = graph.node('Reshape', [
    attention(graph, grouped, key, value, t.headDim, bias),
    graph.ints([0, t.heads, -1, t.headDim]),
  ]);
  const out = [{ name: `${name}.self_attn.o_proj`, outputs: t.hidden }];
  const attended = graph.node('Add', [
    h,
    await linear(build, fromHeads(graph, seen, t.heads, t.headDim), queries, out, false),
  ]);
  const again = await rmsNorm(build, attended, `${name}.post_attention_layernorm`, t.hidden, t.epsilon);
  const both = ['gate', 'up'].map((part) => ({ name: `${name}.mlp.${part}_proj`, outputs: t.intermediate }));
  const wide = await linear(build, again, t.hidden, both, false);
  const [gate, up] = graph.split('Split', [wide], 2, { ints: { axis: -1, num_outputs: 2 } });
  const silu = graph.node('Mul', [gate!, graph.node('Sigmoid', [gate!])]);
  const down = [{ name: `${name}.mlp.down_proj`, outputs: t.hidden }];
  const narrow = await linear(build, graph.node('Mul', [silu, up!]), t.intermediate, down, false);
  return { h: graph.node('Add', [attended, narrow]), key, value };
}

/**
 * Rotary embedding of `[batch, heads, tokens, headDim]` (arXiv 2104.09864) with halves as in Llama: entry `i` turns
 * with entry `i + headDim / 2`.
 */
function rotary(graph: Graph, { headDim, ropeTheta, maxPositions }: TextConfig, positions: Value): Turn {
  const half = headDim / 2;
  const cosines = new Float32Array(maxPositions * half);
  const sines = new Float32Array(maxPositions * half);
  for (let position = 0; position < maxPositions; position++) {
    for (let i = 0; i < half; i++) {
      // Python rounds the frequency and the angle to float32.
      const angle = Math.fround(position * Math.fround(1 / Math.fround(ropeTheta ** ((2 * i) / headDim))));
      cosines[position * half + i] = Math.cos(angle);
      sines[position * half + i] = Math.sin(angle);
    }
  }
  /** `[batch, 1, tokens, half]` */
  const at = (name: string, table: Float32Array<ArrayBuffer>): Value => {
    const rows = graph.node('Gather', [graph.weights(name, [maxPositions, half], table), positions]);
    return graph.node('Unsqueeze', [rows, graph.ints([1])]);
  };
  const cos = at('rotary cos', cosines);
  const sin = at('rotary sin', sines);
  const times = (a: Value, b: Value): Value => graph.node('Mul', [a, b]);
  return (x) => {
    const [first, second] = graph.split('Split', [x], 2, { ints: { axis: -1, num_outputs: 2 } });
    const left = graph.node('Sub', [times(first!, cos), times(second!, sin)]);
    const right = graph.node('Add', [times(second!, cos), times(first!, sin)]);
    return graph.node('Concat', [left, right], { ints: { axis: -1 } });
  };
}

/**
 * What is added to the scores: 0 where a query may see a key, else `FORBIDDEN`;
 * `[batch, 1, heads / kvHeads * tokens, past + tokens]`.
 */
function causalBias(graph: Graph, t: TextConfig, mask: Value, pastKey: Value, positions: Value): Value {
  const sizeOf = (value: Value, axis: number): Value =>
    graph.node('Gather', [graph.node('Shape', [value]), graph.ints(axis)]);
  const before = sizeOf(pastKey, 2);
  const total = graph.node('Add', [before, sizeOf(positions, 1)]);
  const range = (begin: Value, end: Value): Value => graph.node('Range', [begin, end, graph.ints(1)]);
  const rows = graph.node('Tile', [range(before, total), graph.ints([t.heads / t.kvHeads])]);
  const column = graph.node('Unsqueeze', [rows, graph.ints([1])]);
  const causal = graph.node('LessOrEqual', [range(graph.ints(0), total), column]);
  const there = graph.node('Unsqueeze', [graph.node('Cast', [mask], { ints: { to: 9 } }), graph.ints([1, 2])]);
  const allowed = graph.node('And', [causal, there]);
  return graph.node('Where', [allowed, graph.float(0), graph.float(FORBIDDEN)]);
}
