/**
 * Decoding beside an engine that others wrote: transformers.js on ONNX Runtime, with the exported embedded backbone, the
 * same pixels and prompt, on the same adapter, in turns. In a browser only: Node has no build of it here.
 */
import { exportOnnx } from '../../src/onnx';
import { LIBRARY, openRuntime } from '../../src/peer/library';
import { PeerModel, tile } from '../../src/peer/model';
import { Tensor } from '@huggingface/transformers';
import { onGpu } from '../../src/ops';
import { greedyTokens, openBackbone } from '../support/greedy';
import type { BenchFiles } from './run';
import type { Result } from './result';

export const PEER_CASE = 'decode, embedded backbone';

/** @param runtime ort-wasm-simd-threaded.asyncify.wasm */
export async function besideTransformers(
  runtime: ArrayBuffer,
  files: BenchFiles['model'],
  runs: number,
): Promise<Result> {
  openRuntime(runtime);
  const own = await openBackbone('tiny', files);
  const peer = await PeerModel.open('tiny', await exportOnnx('tiny', files), onGpu() ? 'webgpu' : 'wasm');
  // A software adapter needs a third of a second a token.
  const limit = onGpu() ? 12 : 64;
  const { imageSize } = own.backbone.config.vision;
  const pixels = Float32Array.from({ length: imageSize ** 2 * 3 }, (_, i) => Math.sin(i / 900));
  const { prompt } = own.codec.tokenise('What is in the picture?', null, limit);
  const { pixel_values, pixel_attention_mask } = tile(pixels, imageSize);
  const inputs = {
    input_ids: new Tensor('int64', BigInt64Array.from(prompt, BigInt), [1, prompt.length]),
    attention_mask: new Tensor('int64', new BigInt64Array(prompt.length).fill(1n), [1, prompt.length]),
    pixel_values,
    pixel_attention_mask,
  };
  const times: { whylive: number[]; peer: number[] } = { whylive: [], peer: [] };
  let tokens = 0;
  // In turns, so that a busy machine is busy for both; the first of each is not counted.
  for (let run = 0; run <= runs; run++) {
    const ours = await greedyTokens(own, pixels, prompt, limit);
    const theirs = await peer.generate(inputs, { maxTokens: limit });
    if (ours.ids.join() !== theirs.ids.join() || theirs.tokensPerSecond === null) {
      throw new Error(`The two engines chose different tokens: ${ours.ids.join()}; ${theirs.ids.join()}`);
    }
    tokens = ours.ids.length;
    if (run === 0) continue;
    const steps = theirs.truncated ? tokens - 1 : tokens;
    times.whylive.push(ours.milliseconds / steps);
    times.peer.push(1000 / theirs.tokensPerSecond);
  }
  own.backbone.dispose();
  await peer.dispose();
  const middle = (all: number[]): number => all.sort((a, b) => a - b)[all.length >> 1]!;
  const [whylive, other] = [middle(times.whylive), middle(times.peer)];
  return {
    name: PEER_CASE,
    milliseconds: { whylive, [LIBRARY]: other },
    figures: {
      'same tokens': tokens,
      'tokens per second': 1000 / whylive,
      [`tokens per second, ${LIBRARY}`]: 1000 / other,
    },
  };
}
