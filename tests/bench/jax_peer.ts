/**
 * The same work in jax-js (github.com/ekzhang/jax-js): its matrix product, and the gradient of the same decoder layer by
 * its own `grad` under `jit`. jax-js owns arrays by reference count: `.ref` keeps one that is used again.
 */
import type * as jaxModule from '@jax-js/jax';
import type { TextConfig } from '../../src/model/config';

type Jax = typeof jaxModule;
type JaxArray = jaxModule.Array;

/** jax-js on WebGPU. */
export async function openJax(): Promise<Jax> {
  const jax = await import('@jax-js/jax');
  const found = await jax.init('webgpu');
  if (!found.includes('webgpu')) throw new Error('jax-js found no WebGPU');
  jax.defaultDevice('webgpu');
  return jax;
}

export function jaxMatrix({ numpy: np }: Jax, values: Float32Array<ArrayBuffer>, shape: number[]): JaxArray {
  return np.array(values).reshape(shape);
}

/**
 * Ends a timing of jax-js: submits what is pending and waits until the GPU has done it. Nothing is read back (jax-js
 * maps no byte of each array), as nothing is where the engine and plain tfjs wait for their queue.
 */
export async function finished(jax: Jax, arrays: readonly JaxArray[]): Promise<void> {
  await jax.blockUntilReady([...arrays]);
}

export interface JaxLayer {
  /** One forward and backward pass: gradients for h and all six adapter matrices. */
  run(): Promise<void>;
}

/** `random(name, size)` gives weights of the layer's scale. */
export function jaxLayer(
  jax: Jax,
  config: TextConfig,
  batch: number,
  tokens: number,
  rank: number,
  random: (name: string, size: number) => Float32Array<ArrayBuffer>,
): JaxLayer {
  const { numpy: np, nn, jit, valueAndGrad } = jax;
  const { hidden, heads, kvHeads, headDim, intermediate, epsilon } = config;
  const make = (name: string, ...shape: number[]): JaxArray =>
    jaxMatrix(
      jax,
      random(
        name,
        shape.reduce((a, b) => a * b, 1),
      ),
      shape,
    );
  const all = heads + 2 * kvHeads;
  const w = {
    qkv: make('qkv', hidden, all * headDim),
    out: make('out', heads * headDim, hidden),
    gate: make('gate', hidden, intermediate),
    up: make('up', hidden, intermediate),
    down: make('down', intermediate, hidden),
    norm: np.ones([hidden]),
  };
  const cos = make('cos', tokens, headDim);
  const sin = make('sin', tokens, headDim);
  const mask = np.where(np.tri(tokens, tokens).equal(1), 0, -1e9);
  const group = heads / kvHeads;

  const norm = (x: JaxArray): JaxArray => {
    const mean = np.mean(np.square(x.ref), -1, { keepdims: true });
    return x.mul(np.reciprocal(np.sqrt(mean.add(epsilon)))).mul(w.norm.ref);
  };
  const turned = (x: JaxArray): JaxArray => {
    const first = x.ref.slice([], [], [], [0, headDim / 2]);
    const second = x.ref.slice([], [], [], [headDim / 2, headDim]);
    return x.mul(cos.ref).add(np.concatenate([second.neg(), first], -1).mul(sin.ref));
  };
  const layer = (adapters: JaxArray[], h: JaxArray): JaxArray => {
    const x = norm(h.ref);
    const low = [0, 2, 4].map((i) => np.matmul(np.matmul(x.ref, adapters[i]!), adapters[i + 1]!));
    const qkv = np.matmul(x, w.qkv.ref).add(np.concatenate(low, -1));
    const byHead = np.transpose(qkv.reshape([batch, tokens, all, headDim]), [0, 2, 1, 3]);
    const q = turned(byHead.ref.slice([], [0, heads])).reshape([batch, kvHeads, group * tokens, headDim]);
    const k = turned(byHead.ref.slice([], [heads, heads + kvHeads]));
    const v = byHead.slice([], [heads + kvHeads, all]);
    const scores = np
      .matmul(q, np.transpose(k, [0, 1, 3, 2]))
      .mul(headDim ** -0.5)
      .reshape([batch, kvHeads, group, tokens, tokens])
      .add(mask.ref);
    const weights = nn.softmax(scores, -1).reshape([batch, kvHeads, group * tokens, tokens]);
    const mixed = np.matmul(weights, v).reshape([batch, heads, tokens, headDim]);
    const joined = np.transpose(mixed, [0, 2, 1, 3]).reshape([batch * tokens, heads * headDim]);
    const seen = h.add(np.matmul(joined, w.out.ref));
    const y = norm(seen.ref);
    const inner = nn.silu(np.matmul(y.ref, w.gate.ref)).mul(np.matmul(y, w.up.ref));
    return seen.add(np.matmul(inner, w.down.ref));
  };
  const dy = make('dy', batch * tokens, hidden);
  const loss = (adapters: JaxArray[], h: JaxArray): JaxArray => np.sum(layer(adapters, h).mul(dy.ref));
  const step = jit(valueAndGrad(loss, { argnums: [0, 1] }));
  const keys = kvHeads * headDim;
  const adapters = [heads * headDim, keys, keys].flatMap((outputs, i) => [
    make(`a${i}`, hidden, rank),
    make(`b${i}`, rank, outputs),
  ]);
  const h = make('h', batch * tokens, hidden);
  return {
    run: async () => {
      const [value, [dAdapters, dh]] = step(
        adapters.map((adapter) => adapter.ref),
        h.ref,
      );
      const results = [value, dh, ...dAdapters];
      await finished(jax, results);
      for (const array of results) array.dispose();
    },
  };
}
