/** All cases of one backend and shape, in a browser or in Node, one after another; each result as soon as it is there. */
import { checkHealth, openDevice } from '../../src/device';
import { settle } from '../../src/device/kernel';
import { useProcessorKernels, useStockKernels } from '../../src/device/processor_kernels';
import * as tf from '../../src/device/tf';
import { gpuFacts } from '../../src/device/webgpu';
import { onGpu } from '../../src/ops';
import { finished, jaxLayer, jaxMatrix, openJax } from './jax_peer';
import type { Compared } from './compared';
import { kernelCases } from './kernel_cases';
import { differenceFromPyTorch } from './large_golden';
import { layerCase } from './layer_case';
import { MICRO_STEP, decodeRate, embeddedCases, microStep } from './model_cases';
import { numbers } from './numbers';
import { multiplyAddPeak } from './peak';
import { median, type BenchOptions, type BenchReport, type Result } from './result';
import { BATCH, RANK, SHAPES, TOKENS } from './shapes';
import { wholeStep } from './step_case';
import { tokenCases } from './token_cases';
import { visionCases } from './vision_cases';

/** What the caller has and this cannot fetch by itself. */
export interface BenchFiles {
  wasm: { name: string; bytes: ArrayBuffer }[];
  /** The embedded model's folder. */
  model: { path: string; blob: Blob }[];
  /** The case beside transformers.js, where it runs: its name, and what measures it. */
  peer?: { name: string; run(model: BenchFiles['model'], runs: number): Promise<Result> };
}

export async function runBench(
  options: BenchOptions,
  files: BenchFiles,
  tell: (result: Result) => void,
): Promise<BenchReport> {
  const { backend, shape, only, runs } = options;
  const info = await openDevice(backend, files.wasm);
  const config = SHAPES[shape];
  const peak = onGpu() ? await multiplyAddPeak(info.software) : 0;
  const results: Result[] = [];
  const add = (result: Result): void => {
    checkHealth();
    results.push(result);
    tell(result);
  };
  const wanted = (name: string): boolean => name.includes(only);

  const jax = onGpu() ? await openJax() : null;
  for (const [name, make] of [...kernelCases(config), ...visionCases(config), ...tokenCases(config)]) {
    if (!wanted(name)) continue;
    tf.engine().startScope();
    try {
      const compared = make();
      const milliseconds: Result['milliseconds'] & Record<string, number> = await ownAndPlain(compared, runs);
      if (jax !== null && compared.product !== undefined) {
        const { n, k, m } = compared.product;
        const a = jaxMatrix(jax, numbers('a', n * k, 1), [n, k]);
        const b = jaxMatrix(jax, numbers('b', k * m, 1), [k, m]);
        milliseconds['jax-js'] = await median(async () => {
          const c = jax.numpy.matmul(a.ref, b.ref);
          await finished(jax, [c]);
          c.dispose();
        }, runs);
        a.dispose();
        b.dispose();
      }
      add({ name, milliseconds, ...(compared.gflop === undefined ? {} : { gflop: compared.gflop }) });
    } finally {
      tf.engine().endScope();
    }
  }

  if (wanted('decoder layer')) {
    const layer = layerCase(config);
    const milliseconds: Result['milliseconds'] & Record<string, number> = await ownAndPlain(layer, runs);
    const figures = onGpu() ? { dispatches: layer.dispatches() } : {};
    layer.dispose();
    if (jax !== null) {
      const peer = jaxLayer(jax, config.text, BATCH, TOKENS, RANK, (name, size) => numbers(name, size, 0.04));
      milliseconds['jax-js'] = await median(() => peer.run(), runs);
    }
    add({ name: layer.name, milliseconds, gflop: layer.gflop, figures });
  }

  if (wanted('whole step') && onGpu()) {
    for (const packing of ['bfloat16', 'int8'] as const) {
      // A device of its own: freed buffers of what ran before would count.
      await openDevice(backend, files.wasm);
      const step = await wholeStep(config, packing, runs);
      const far = shape === 'smolvlm-256m' && packing === 'bfloat16' ? differenceFromPyTorch(step) : null;
      add({
        name: `whole step, ${packing} weights`,
        milliseconds: { whylive: step.seconds * 1000 },
        figures: {
          'dispatches, forward': step.forwardDispatches,
          'dispatches, step': step.stepDispatches,
          'peak bytes': step.peakBytes,
          ...(far === null
            ? {}
            : {
                'loss, relative to PyTorch': far.loss,
                'gradient norms, relative': far.norm,
                'gradient entries, relative': far.entry,
              }),
        },
      });
    }
  }

  if (wanted('decode')) add(await decodeRate(config, runs));
  if (shape === 'tiny' && wanted(MICRO_STEP)) add(await microStep(runs));
  if (shape === 'tiny') for (const result of await embeddedCases(files.model, wanted, runs)) add(result);
  if (shape === 'tiny' && files.peer !== undefined && wanted(files.peer.name)) {
    add(await files.peer.run(files.model, runs));
  }
  return { adapter: info.adapter, software: info.software, peak, versions: { tfjs: tf.version_core }, results };
}

/** Plain tfjs runs on its own kernels: what anybody would get from it. */
async function ownAndPlain(
  { own, plain }: Pick<Compared, 'own' | 'plain'>,
  runs: number,
): Promise<Result['milliseconds']> {
  const timed = (work: () => tf.Tensor[]): Promise<number> =>
    median(async () => {
      const results = work();
      if (onGpu()) await settle();
      else await results.at(-1)?.data();
      tf.dispose(results);
    }, runs);
  const whylive = await timed(own);
  if (plain === null) return { whylive };
  if (onGpu()) useStockKernels();
  try {
    return { whylive, 'plain tfjs': await timed(plain) };
  } finally {
    if (onGpu() && gpuFacts().software) useProcessorKernels();
  }
}
