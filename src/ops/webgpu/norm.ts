/**
 * Normalisation of rows with frozen scale, one dispatch each way: layer norm (Ba et al., 2016) and RMS norm (Zhang and
 * Sennrich, 2019). A row's mean comes before its squares, which are taken of what is left: a variance from sums of
 * squares loses all its digits where the mean is large.
 */
import { allocate, launch, type Kernel } from '../../device/kernel';
import { select, type Trial } from '../../device/selection';
import * as tf from '../../device/tf';
import { gpuFacts } from '../../device/webgpu';
import { dim, type Tensor } from '../custom';

/** Lanes that share a row: on a processor one, without barriers; on hardware a workgroup with its own memory, of one or more subgroups. */
const LANES = { rows: 1, workgroup: 64, wide: 256 };
type Variant = keyof typeof LANES;

/** Rows of a workgroup where a row has one lane. */
const ROWS = 16;

/** Workgroups of a dimension; more rows continue in the next. */
const MOST = 65535;

interface Form {
  /** With a mean, layer norm; without, RMS norm. */
  layer: boolean;
  backward: boolean;
}

function head(variant: Variant): string {
  if (variant === 'rows')
    return `
fn total(x: f32, lane: u32) -> f32 { return x; }
@compute @workgroup_size(${ROWS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let row = (group.y * ${MOST}u + group.x) * ${ROWS}u + local.x;
  let lane = 0u;
  if (row >= p.rows) { return; }`;
  return `
var<workgroup> parts: array<f32, ${LANES[variant]}>;
// The sum over all lanes, for each of them.
fn total(x: f32, lane: u32) -> f32 {
  workgroupBarrier();
  parts[lane] = x;
  for (var step = ${LANES[variant] / 2}u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { parts[lane] += parts[lane + step]; }
  }
  return workgroupUniformLoad(&parts[0]);
}
@compute @workgroup_size(${LANES[variant]})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let row = group.y * ${MOST}u + group.x;
  let lane = local.x;
  if (row >= p.rows) { return; }`;
}

function normKernel(variant: Variant, { layer, backward }: Form, vector: boolean): Kernel {
  const type = vector ? 'vec4<f32>' : 'f32';
  const walk = (body: string): string =>
    `for (var i = lane; i < p.width; i += ${LANES[variant]}u) { let at = row * p.width + i; ${body} }`;
  const product = (a: string, b: string): string => (vector ? `dot(${a}, ${b})` : `${a} * ${b}`);
  const sum = (x: string): string => product(x, `${type}(1.0)`);
  const moments = `
  let count = f32(p.width) * ${vector ? 4 : 1}.0;
  var mean = 0.0;
  ${layer ? `var all = 0.0; ${walk(`all += ${sum('x[at]')};`)} mean = total(all, lane) / count;` : ''}
  var squares = 0.0;
  ${walk(`let c = x[at] - mean; squares += ${product('c', 'c')};`)}
  let inverse = inverseSqrt(total(squares, lane) / count + p.epsilon);`;
  const forward = walk(`y[at] = (x[at] - mean) * inverse * scale[i]${layer ? ' + shift[i]' : ''};`);
  // With u the normalised row and d = dy * scale: dx = (d - mean(d) - u mean(d u)) * inverse, RMS without mean(d).
  const gradient = `
  var plain = 0.0;
  var along = 0.0;
  ${walk(`let d = dy[at] * scale[i]; ${layer ? `plain += ${sum('d')};` : ''} along += ${product('d', '(x[at] - mean) * inverse')};`)}
  ${layer ? 'plain = total(plain, lane) / count;' : ''}
  along = total(along, lane) / count;
  ${walk(`y[at] = (dy[at] * scale[i] - plain - (x[at] - mean) * inverse * along) * inverse;`)}`;
  return {
    name: `norm ${variant} ${layer ? 'layer' : 'rms'} ${backward ? 'backward' : 'forward'} ${type}`,
    outputs: { y: type },
    inputs: {
      x: type,
      scale: type,
      ...(layer && !backward && { shift: type }),
      ...(backward && { dy: type }),
    },
    uniforms: { rows: 'u32', width: 'u32', epsilon: 'f32' },
    code: `${head(variant)}${moments}${backward ? gradient : forward}\n}`,
  };
}

function run(form: Form, x: Tensor, epsilon: number, others: Readonly<Record<string, Tensor>>): Tensor {
  const [rows, columns] = [dim(x, 0), dim(x, 1)];
  const vector = columns % 4 === 0;
  const variant = selection.current() as Variant;
  const y = allocate(x.shape);
  const groups = variant === 'rows' ? Math.ceil(rows / ROWS) : rows;
  launch(
    normKernel(variant, form, vector),
    { y, x, ...others },
    { rows, width: vector ? columns / 4 : columns, epsilon },
    [Math.min(groups, MOST), Math.ceil(groups / MOST), 1],
  );
  return y;
}

/** `x / sqrt(mean(x^2) + epsilon) * scale` for x `[n, w]`, scale `[w]`. */
export function rmsForward(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  return run({ layer: false, backward: false }, x, epsilon, { scale });
}

/** Gradient of x from dy `[n, w]`. */
export function rmsBackward(dy: Tensor, x: Tensor, scale: Tensor, epsilon: number): Tensor {
  return run({ layer: false, backward: true }, x, epsilon, { scale, dy });
}

/** `(x - mean) / sqrt(var + epsilon) * scale + shift` for x `[n, w]`, scale and shift `[w]`. */
export function layerForward(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): Tensor {
  return run({ layer: true, backward: false }, x, epsilon, { scale, shift });
}

/** Gradient of x from dy `[n, w]`. */
export function layerBackward(dy: Tensor, x: Tensor, scale: Tensor, epsilon: number): Tensor {
  return run({ layer: true, backward: true }, x, epsilon, { scale, dy });
}

const selection = select(
  'norm',
  Object.keys(LANES).map((name) => ({ name, available: () => true })),
  ({ software }) => (software ? 'rows' : 'workgroup'),
  trial,
);

/** A decoder layer's norm there and back; fewer rows where a processor computes. */
function trial(): Trial {
  const [rows, width] = [gpuFacts().software ? 128 : 1072, 576];
  const [x, dy, scale] = [tf.ones([rows, width]), tf.ones([rows, width]), tf.ones([width])];
  return {
    run: () => {
      rmsForward(x, scale, 1e-5).dispose();
      rmsBackward(dy, x, scale, 1e-5).dispose();
    },
    dispose: () => tf.dispose([x, dy, scale]),
  };
}
