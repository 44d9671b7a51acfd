/**
 * `vision_encoder.onnx`: pictures to image features in the width of the text, i.e. vision tower and connector
 * (transformers' `Idefics3VisionTransformer` and `Idefics3Connector`).
 */
import type { BackboneConfig } from '../model/config';
import { Graph, type Value } from './graph';
import { attention, fromHeads, layerNorm, linear, toHeads, type Build } from './layers';

const TOWER = 'model.vision_model';

/**
 * Inputs `pixel_values [batch_size, num_images, 3, imageSize, imageSize]`, normalised, and
 * `pixel_attention_mask [batch_size, num_images, imageSize, imageSize]`; output
 * `image_features [pictures, imageTokens, textHidden]`. A picture whose mask is false throughout is padding and left
 * out, as in Python; a mask that covers a part of a picture is not looked at (pictures are resized, not padded).
 */
export async function visionEncoder(config: BackboneConfig, reader: Build['reader']): Promise<Graph> {
  const { vision: v, text, patches, scaleFactor } = config;
  const graph = new Graph('vision_encoder');
  const build = { graph, reader };
  const size = v.imageSize;
  const pixels = graph.input('pixel_values', 'float', ['batch_size', 'num_images', v.channels, size, size]);
  const mask = graph.input('pixel_attention_mask', 'bool', ['batch_size', 'num_images', size, size]);
  let h = await patchEmbedding(build, config, realPictures(graph, config, pixels, mask));
  for (let i = 0; i < v.layers; i++) h = await visionLayer(build, config, h, `${TOWER}.encoder.layers.${i}`);
  h = await layerNorm(build, h, `${TOWER}.post_layernorm`, v.hidden, v.epsilon);
  const blocks = pixelShuffle(graph, config, h);
  const projection = [{ name: 'model.connector.modality_projection.proj', outputs: text.hidden }];
  const features = await linear(build, blocks, v.hidden * scaleFactor ** 2, projection, false);
  graph.output('image_features', features, 'float', ['pictures', patches / scaleFactor ** 2, text.hidden]);
  return graph;
}

/** `[pictures, 3, imageSize, imageSize]`: those whose mask holds anything. */
function realPictures(graph: Graph, { vision: v }: BackboneConfig, pixels: Value, mask: Value): Value {
  const flatMask = graph.node('Reshape', [mask, graph.ints([-1, v.imageSize ** 2])]);
  const most = graph.node('ReduceMax', [graph.node('Cast', [flatMask], { ints: { to: 1 } }), graph.ints([1])], {
    ints: { keepdims: 0 },
  });
  const flat = graph.node('Reshape', [pixels, graph.ints([-1, v.channels, v.imageSize, v.imageSize])]);
  return graph.node('Compress', [flat, graph.node('Cast', [most], { ints: { to: 9 } })], { ints: { axis: 0 } });
}

/** `[pictures, patches, hidden]` */
async function patchEmbedding({ graph, reader }: Build, config: BackboneConfig, pixels: Value): Promise<Value> {
  const { vision: v, patches } = config;
  const name = `${TOWER}.embeddings.patch_embedding`;
  const shape = [v.hidden, v.channels, v.patchSize, v.patchSize];
  const weight = graph.weights(`${name}.weight`, shape, await reader.float32(`${name}.weight`, shape));
  const bias = graph.weights(`${name}.bias`, [v.hidden], await reader.float32(`${name}.bias`, [v.hidden]));
  const convolved = graph.node('Conv', [pixels, weight, bias], {
    ints: { kernel_shape: [v.patchSize, v.patchSize], strides: [v.patchSize, v.patchSize] },
  });
  const rows = graph.node('Reshape', [convolved, graph.ints([0, v.hidden, patches])]);
  const position = `${TOWER}.embeddings.position_embedding.weight`;
  const places = graph.weights(position, [patches, v.hidden], await reader.float32(position, [patches, v.hidden]));
  return graph.node('Add', [graph.node('Transpose', [rows], { ints: { perm: [0, 2, 1] } }), places]);
}

async function visionLayer(build: Build, { vision: v }: BackboneConfig, h: Value, name: string): Promise<Value> {
  const { graph } = build;
  const headDim = v.hidden / v.heads;
  const normed = await layerNorm(build, h, `${name}.layer_norm1`, v.hidden, v.epsilon);
  const projections = ['q', 'k', 'v'].map((part) => ({ name: `${name}.self_attn.${part}_proj`, outputs: v.hidden }));
  const qkv = await linear(build, normed, v.hidden, projections, true);
  const [q, k, values] = graph
    .split('Split', [qkv], 3, { ints: { axis: -1, num_outputs: 3 } })
    .map((part) => toHeads(graph, part, v.heads, headDim));
  const seen = fromHeads(graph, attention(graph, q!, k!, values!, headDim, null), v.heads, headDim);
  const out = [{ name: `${name}.self_attn.out_proj`, outputs: v.hidden }];
  const attended = graph.node('Add', [h, await linear(build, seen, v.hidden, out, true)]);
  const again = await layerNorm(build, attended, `${name}.layer_norm2`, v.hidden, v.epsilon);
  const wide = await linear(build, again, v.hidden, [{ name: `${name}.mlp.fc1`, outputs: v.intermediate }], true);
  const active = graph.node('Gelu', [wide], { strings: { approximate: 'tanh' } });
  const narrow = await linear(build, active, v.intermediate, [{ name: `${name}.mlp.fc2`, outputs: v.hidden }], true);
  return graph.node('Add', [attended, narrow]);
}

/** Blocks of `scaleFactor x scaleFactor` patches side by side: `[pictures, imageTokens, hidden * scaleFactor^2]`. */
function pixelShuffle(graph: Graph, { vision: v, scaleFactor: s, patches }: BackboneConfig, h: Value): Value {
  const blocks = Math.sqrt(patches) / s;
  const rows = graph.node('Reshape', [h, graph.ints([0, blocks, s, blocks, s * v.hidden])]);
  const turned = graph.node('Transpose', [rows], { ints: { perm: [0, 1, 3, 2, 4] } });
  return graph.node('Reshape', [turned, graph.ints([0, blocks * blocks, s * s * v.hidden])]);
}
