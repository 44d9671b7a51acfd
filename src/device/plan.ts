/**
 * What a run will hold on the GPU, computed from sizes before anything is allocated. WebGPU tells nobody how much
 * memory is free, and a failed allocation late in a run costs its work: so the sum comes first.
 *
 * The sizes are those of fused kernels in float32 (no attention probabilities, no full logits), with one flat buffer
 * each for trained values, both AdamW moments and gradients.
 */
import type { RunConfig, WeightChoice } from '../protocol';
import { LOSS_COLUMNS, LOSS_ROWS, SCALE_GROUP } from './sizes';

/** The numbers of a backbone that decide its memory: `modelSizes` of its configuration. */
export interface ModelSizes {
  vision: { hidden: number; layers: number; heads: number; intermediate: number; patchSize: number };
  text: {
    hidden: number;
    layers: number;
    heads: number;
    kvHeads: number;
    headDim: number;
    intermediate: number;
    vocabulary: number;
  };
  /** Numbers of the connector from vision features to image tokens, which trains whole, and of its largest tensor. */
  connector: { all: number; largest: number };
  /** Whether the output projection is the embedding. */
  tiedEmbeddings: boolean;
  /** Patches of one picture. */
  patches: number;
}

export interface PlannedRun {
  sizes: ModelSizes;
  config: Pick<
    RunConfig,
    'loraRank' | 'loraVision' | 'lmHead' | 'batch' | 'gradientCheckpointing' | 'maxCaptionTokens'
  >;
  /** Bits of a frozen weight: 32, 16, 8 or 4. */
  weightBits: 32 | 16 | 8 | 4;
  /** Bits of a weight in the file, which what may train whole keeps; 16, or more where `weightBits` is, if not given. */
  fileBits?: 32 | 16;
  /** Longest sequence of the run: image tokens, question and caption. */
  tokens: number;
  /** Pictures that go through the frozen tower together; 0 where every picture's features are stored already. */
  picturesTogether: number;
  /** Captions that are generated together at an evaluation; 0 without one. */
  captionsTogether: number;
}

export type PartName = 'frozen' | 'trained' | 'kept' | 'segment' | 'tower' | 'loss' | 'captions' | 'slack';

export interface MemoryPlan {
  /** Bytes by part. */
  parts: Readonly<Record<PartName, number>>;
  /** Sum of the parts, bytes. */
  total: number;
  /** Bytes of the largest buffer. */
  largestBuffer: number;
  /** Bytes of the largest part of a buffer that a kernel reads or writes at once. */
  largestBinding: number;
  /** Numbers that are trained. */
  trainable: number;
}

const FLOAT = 4;
/** Values, gradients, first and second moments. */
const COPIES = 4;
/** An allowance, not a measurement: freed buffers are kept by size, and sequences differ in length. */
const SLACK_SHARE = 0.15;
const SLACK_LEAST = 32e6;

export function planMemory(run: PlannedRun): MemoryPlan {
  const { sizes, config } = run;
  const { vision, text } = sizes;
  const fileBits = run.fileBits ?? fileBitsOf(run.weightBits);
  const trained = trainedCounts(run);
  const patches = config.batch * sizes.patches;
  const rows = config.batch * run.tokens;
  const visionLayer = visionLayerFloats(sizes);
  const textLayer = textLayerFloats(sizes, config.loraRank);

  // A projection that is trained whole has its start among the frozen ones too: captions without the adapter need it.
  const frozen = frozenBytes(sizes, run.weightBits, fileBits);
  const kept = config.gradientCheckpointing
    ? (rows * text.hidden * (text.layers + 1) + patches * vision.hidden * (config.loraVision ? vision.layers + 1 : 1)) *
      FLOAT
    : (rows * textLayer * text.layers + patches * (config.loraVision ? visionLayer * vision.layers : vision.hidden)) *
      FLOAT;
  // The layer at work: its activations (computed again under checkpointing) and the gradients of them.
  const layers = [rows * textLayer, ...(config.loraVision ? [patches * visionLayer] : [])];
  const segment = Math.max(...layers) * FLOAT * (config.gradientCheckpointing ? 2 : 1);
  const towerRows = config.loraVision ? 0 : run.picturesTogether * sizes.patches;
  const tower = towerRows * visionForwardFloats(sizes) * FLOAT;
  const full = config.lmHead === 'full';
  const chosen = config.batch * Math.min(config.maxCaptionTokens, run.tokens);
  const lossRows = Math.min(LOSS_ROWS, chosen);
  const logits = lossRows * text.vocabulary * FLOAT;
  // Where all of the projection trains, the gradient for its input is summed in parts of the vocabulary.
  const partial = full ? lossRows * Math.ceil(text.vocabulary / LOSS_COLUMNS) * text.hidden * FLOAT : 0;
  // The rows that have a target and their gradient; where the projection is frozen, that gradient in chunks too.
  const loss = logits + partial + chosen * text.hidden * (full ? 2 : 3) * FLOAT;
  const keys = 2 * text.kvHeads * text.headDim;
  const captions = run.captionsTogether * run.tokens * keys * text.layers * FLOAT;
  const slack = Math.max(SLACK_LEAST, SLACK_SHARE * (kept + segment + tower + loss + captions));

  const parts = { frozen, trained: trained.all * FLOAT * COPIES, kept, segment, tower, loss, captions, slack };
  const matrices = [
    text.vocabulary * text.hidden * (full ? FLOAT : fileBits / 8),
    rows * Math.max(text.intermediate * 2, text.hidden) * FLOAT,
    Math.max(patches, towerRows) * vision.intermediate * FLOAT,
    logits,
    partial,
  ];
  return {
    parts,
    total: Object.values(parts).reduce((sum, bytes) => sum + bytes, 0),
    largestBuffer: Math.max(trained.all * FLOAT, ...matrices),
    largestBinding: Math.max(trained.largest * FLOAT, ...matrices),
    trainable: trained.all,
  };
}

/** Bytes of the backbone's weights in `weightBits`. */
export function frozenBytes(
  sizes: ModelSizes,
  weightBits: PlannedRun['weightBits'],
  fileBits = fileBitsOf(weightBits),
): number {
  const { packed, exact, uneven, plain } = weightCounts(sizes);
  return (
    packedBytes(packed, weightBits) +
    packedBytes(uneven, weightBits < 16 ? 16 : weightBits) +
    packedBytes(exact, weightBits < 16 ? fileBits : weightBits) +
    plain * FLOAT
  );
}

/** @param fileBits of a weight in the file */
export function weightBitsOf(choice: WeightChoice, fileBits: 32 | 16): PlannedRun['weightBits'] {
  return { file: fileBits, int8: 8 as const, int4: 4 as const }[choice];
}

function fileBitsOf(weightBits: PlannedRun['weightBits']): 16 | 32 {
  return weightBits === 32 ? 32 : 16;
}

/**
 * Weights of the backbone: matrices, which may be packed; those from which something that trains whole starts
 * (connector, output projection), which keep the bits of the file; those whose rows do not divide into groups of a
 * common scale, which keep 16 bits; and small vectors, which stay float32.
 */
export function weightCounts({ vision, text, connector, tiedEmbeddings, patches }: ModelSizes): {
  packed: number;
  exact: number;
  uneven: number;
  plain: number;
} {
  const v = vision.hidden;
  const t = text.hidden;
  const queries = text.heads * text.headDim;
  const keys = text.kvHeads * text.headDim;
  const matrix = (inputs: number, outputs: number): { packed: number; uneven: number } =>
    inputs % SCALE_GROUP === 0 ? { packed: inputs * outputs, uneven: 0 } : { packed: 0, uneven: inputs * outputs };
  const back = matrix(vision.intermediate, v);
  const patch = matrix(3 * vision.patchSize ** 2, v);
  const visionMatrices = vision.layers * (4 * v * v + v * vision.intermediate + back.packed) + patch.packed;
  const textMatrices = text.layers * (t * (2 * queries + 2 * keys) + 3 * t * text.intermediate);
  const table = text.vocabulary * t;
  // Biases of q, k, v, out, fc1, fc2 and two norms of scale and shift; then the patch bias and the last norm.
  const visionVectors = vision.layers * (4 * v + vision.intermediate + v + 4 * v) + v + 2 * v;
  return {
    packed: visionMatrices + textMatrices + (tiedEmbeddings ? 0 : table),
    exact: table + connector.all,
    uneven: vision.layers * back.uneven + patch.uneven,
    plain: visionVectors + patches * v + text.layers * 2 * t + t,
  };
}

function trainedCounts({ sizes, config }: PlannedRun): { all: number; largest: number } {
  const { vision, text } = sizes;
  const rank = config.loraRank;
  const adapter = (inputs: number, outputs: number): number => rank * (inputs + outputs);
  const queries = text.heads * text.headDim;
  const keys = text.kvHeads * text.headDim;
  const textLayer = adapter(text.hidden, queries) + 2 * adapter(text.hidden, keys);
  const visionLayer = config.loraVision ? 3 * adapter(vision.hidden, vision.hidden) : 0;
  const { connector } = sizes;
  const head = {
    full: text.vocabulary * text.hidden,
    adapter: adapter(text.hidden, text.vocabulary),
    frozen: 0,
  }[config.lmHead];
  const verdict = 2 * vision.hidden + 2;
  return {
    all: text.layers * textLayer + vision.layers * visionLayer + connector.all + head + verdict,
    largest: Math.max(connector.largest, head),
  };
}

/**
 * Numbers that a decoder layer keeps for each token: its input, both normalised inputs, q, k and v, what attention saw
 * with its log-sum, the state between its halves, gate, up and their product, and x A of three adapters.
 */
function textLayerFloats({ text }: ModelSizes, rank: number): number {
  const queries = text.heads * text.headDim;
  const keys = text.kvHeads * text.headDim;
  return 4 * text.hidden + 2 * queries + 2 * keys + text.heads + 3 * text.intermediate + 3 * rank;
}

/** The same of a vision layer, for each patch: without adapters' products, which are small beside it. */
function visionLayerFloats({ vision }: ModelSizes): number {
  return 8 * vision.hidden + vision.heads + 2 * vision.intermediate;
}

/** What the frozen tower has alive in one layer, for each patch: buffers are used again, so one layer is all. */
function visionForwardFloats({ vision }: ModelSizes): number {
  return 6 * vision.hidden + 2 * vision.intermediate;
}

function packedBytes(count: number, bits: PlannedRun['weightBits']): number {
  return (count * bits) / 8 + (bits < 16 ? (count / SCALE_GROUP) * FLOAT : 0);
}
