/**
 * The engine against plain tfjs in one run, forward and backward, at the shapes of the embedded backbone; and what a
 * micro-step and a caption cost. Names matter: `tools/bench.mjs` divides `plain tfjs` by `whylive` of the same group.
 */
import { bench, describe } from 'vitest';
import * as tf from '../../src/device/tf';
import { loadModel, type TrainableState, type VisionLanguageModel } from '../../src/model';
import { DEMO, type ModelFile } from '../../src/protocol';
import * as ops from '../../src/ops';
import { BACKENDS, openBackend } from '../support/backends';
import { randomTensor } from '../support/tensors';

type Operation = (...inputs: tf.Tensor[]) => tf.Tensor;

/** Value and gradients of the sum of `f`, read back so that the work is done when the clock stops. */
async function forwardAndBackward(f: Operation, inputs: tf.Tensor[]): Promise<void> {
  const results = tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((...x: tf.Tensor[]) => tf.sum(f(...x)))(inputs);
    return [value, ...grads];
  });
  // One value of the last result is enough: the backends work in order.
  await results.at(-1)!.data();
  tf.dispose(results);
}

const OPTIONS = { time: 0, iterations: 5, warmupTime: 0, warmupIterations: 1 };

function compare(name: string, make: () => { inputs: tf.Tensor[]; own: Operation; plain: Operation }): void {
  describe(name, () => {
    let made: ReturnType<typeof make> | null = null;
    const get = (): ReturnType<typeof make> => (made ??= make());
    bench('whylive', () => forwardAndBackward(get().own, get().inputs), OPTIONS);
    bench('plain tfjs', () => forwardAndBackward(get().plain, get().inputs), OPTIONS);
  });
}

async function embeddedModel(): Promise<VisionLanguageModel> {
  const read = async (path: string): Promise<Response> => fetch(new URL(`/models/tiny/${path}`, location.href));
  const { files } = (await (await read('manifest.json')).json()) as { files: { path: string }[] };
  const folder: ModelFile[] = await Promise.all(
    files.map(async ({ path }) => ({ path, blob: await (await read(path)).blob() })),
  );
  return loadModel('tiny', folder, { synthetic: true });
}

const CAPTION =
  'Initial observation: A face with short hair. Artifact detection: No dots or lines lie over the skin. ' +
  'Feature analysis: Fine texture is seen. Lighting and shadows: The head looks round. Context: A wall. ' +
  'Final judgment: The face is live.';

/** `npm run bench -- wasm` measures one backend. */
const asked = String(import.meta.env['VITE_BENCH_BACKENDS'] ?? '');

for (const backend of BACKENDS.filter((name) => asked === '' || asked === name)) {
  describe(backend, () => {
    let opened: Promise<unknown> | null = null;
    let model: VisionLanguageModel;
    let state: TrainableState;
    const open = (): Promise<unknown> =>
      (opened ??= (async () => {
        await openBackend(backend);
        model = await embeddedModel();
        state = model.newState(DEMO);
      })());

    describe('opening', () => {
      bench('device and embedded model', async () => void (await open()), {
        ...OPTIONS,
        iterations: 1,
        warmupIterations: 0,
      });
    });

    compare('linear with adapter, 512 x 192 -> 192', () => {
      const weight = randomTensor([192, 192], 1, 0.05);
      const weightT = tf.transpose(weight);
      return {
        inputs: [randomTensor([512, 192], 2), randomTensor([192, 32], 3, 0.05), randomTensor([32, 192], 4, 0.05)],
        own: (x, a, b) => ops.loraLinear(x, { weight, weightT, bias: null }, { a: a, b: b, scale: 1 }),
        plain: (x, a, b) => ops.linearReference(x, weight, null, { a: a, b: b, scale: 1 }),
      };
    });

    compare('causal attention, 16 heads, 128 tokens of 32', () => {
      const mask = ops.causalMask(128);
      return {
        inputs: [randomTensor([16, 128, 32], 1), randomTensor([16, 128, 32], 2), randomTensor([16, 128, 32], 3)],
        own: (q, k, v) => ops.attention(q, k, v, mask),
        plain: (q, k, v) => ops.attentionReference(q, k, v, mask),
      };
    });

    compare('RMS norm, 512 x 192', () => {
      const scale = randomTensor([192], 1);
      return {
        inputs: [randomTensor([512, 192], 2)],
        own: (x) => ops.rmsNorm(x, scale, 1e-5),
        plain: (x) => ops.rmsNormReference(x, scale, 1e-5),
      };
    });

    compare('gated activation, 512 x 512', () => ({
      inputs: [randomTensor([512, 512], 1), randomTensor([512, 512], 2)],
      own: (gate, up) => ops.swiglu(gate, up),
      plain: (gate, up) => ops.swigluReference(gate, up),
    }));

    compare('cross-entropy, 512 x 1024', () => {
      const targets = tf.tensor1d(
        Array.from({ length: 512 }, (_, i) => (i * 37) % 1024),
        'int32',
      );
      const weights = tf.fill([512], 1 / 512);
      return {
        inputs: [randomTensor([512, 1024], 1)],
        own: (x) => ops.crossEntropy(x, targets, weights),
        plain: (x) => ops.crossEntropyReference(x, targets, weights),
      };
    });

    describe('embedded model', () => {
      const once = { ...OPTIONS, iterations: backend === 'wasm' ? 3 : 1 };
      bench(
        'micro-step, batch 4 with reasoning captions',
        async () => {
          await open();
          const { imageSize: size } = model.info;
          const batch = Array.from({ length: 4 }, (_, i) => ({
            pixels: new Float32Array(size * size * 3).fill(0.1 * i),
            label: i % 2 === 0 ? ('live' as const) : ('spoof' as const),
            ...model.tokenise('Is this face live?', CAPTION, 176),
          }));
          const { gradients } = await model.lossAndGradients(batch, state, {
            alpha: 0.7,
            beta: 0.3,
            checkpointing: false,
          });
          tf.dispose([...gradients.values()]);
        },
        once,
      );
      bench(
        'caption of 16 tokens, one picture',
        async () => {
          await open();
          const { imageSize: size } = model.info;
          await model.generate({
            pixels: [new Float32Array(size * size * 3)],
            question: 'Is this face live?',
            state,
            maxTokens: 16,
          });
        },
        once,
      );
    });
  });
}
