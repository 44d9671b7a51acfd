/**
 * The activations, one dispatch each way: gated SiLU of columns side by side (Shazeer, "GLU variants", 2020), and GELU
 * by tanh and by the normal distribution itself (Hendrycks and Gimpel, 2016).
 */
import { allocate, launch, type Bound, type Kernel } from '../../device/kernel';
import { dim, type Tensor } from '../custom';
import { FLAT_MAIN, flatGroups } from './flat';

/** Of numbers or of vectors of four: the code is the same. */
type Type = 'f32' | 'vec4<f32>';

const SIGMOID = (type: Type): string => `
// In WGSL exp may overflow into anything: beyond 80 the sigmoid is 0 or 1 to the last bit of a float.
fn sigmoid(x: ${type}) -> ${type} { return 1.0 / (1.0 + exp(clamp(-x, ${type}(-80.0), ${type}(80.0)))); }
`;

const OF_GATED = {
  forward: `
  let gate = x[at];
  y[i] = gate * sigmoid(gate) * x[at + p.width];`,
  // silu' = sigma + silu - silu sigma
  backward: `
  let gate = x[at];
  let sigma = sigmoid(gate);
  let silu = gate * sigma;
  y[at] = dy[i] * x[at + p.width] * (sigma + silu - silu * sigma);
  y[at + p.width] = dy[i] * silu;`,
};

function gatedKernel(name: keyof typeof OF_GATED, type: Type): Kernel {
  return {
    name: `swiglu ${name} ${type}`,
    outputs: { y: type },
    inputs: { x: type, ...(name === 'backward' && { dy: type }) },
    uniforms: { count: 'u32', width: 'u32' },
    code: `${SIGMOID(type)}${FLAT_MAIN}
  if (i >= p.count) { return; }
  let at = i + i / p.width * p.width;
  ${OF_GATED[name]}
}`,
  };
}

function gated(name: keyof typeof OF_GATED, rows: number, columns: number, buffers: Record<string, Tensor>): void {
  const vector = columns % 4 === 0;
  const width = vector ? columns / 4 : columns;
  const count = rows * width;
  launch(gatedKernel(name, vector ? 'vec4<f32>' : 'f32'), buffers, { count, width }, flatGroups(count));
}

/** `silu(gate) * up` `[n, f]` of gateUp `[n, 2f]`: gate in columns 0 .. f - 1, up in the others. */
export function swigluForward(gateUp: Tensor): Tensor {
  const [rows, columns] = [dim(gateUp, 0), dim(gateUp, 1) / 2];
  const y = allocate([rows, columns]);
  gated('forward', rows, columns, { y, x: gateUp });
  return y;
}

/** Gradient `[n, 2f]` of gateUp from dy `[n, f]`. */
export function swigluBackward(dy: Tensor, gateUp: Tensor): Tensor {
  const y = allocate(gateUp.shape);
  gated('backward', dim(dy, 0), dim(dy, 1), { y, x: gateUp, dy });
  return y;
}

const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/** `0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))` as `x sigma(u)`, u twice the argument; u grows with x. */
const INNER = `
fn inner(x: Type) -> Type { return x * (${2 * ROOT} + ${2 * ROOT * CUBIC} * x * x); }
// u' = 2 sqrt(2/pi) (1 + 3 * 0.044715 x^2)
fn slope(x: Type) -> Type { return ${2 * ROOT} + ${6 * ROOT * CUBIC} * x * x; }
`;

/**
 * Phi(x), absolute error below 2e-7: erfc by Abramowitz and Stegun (1964), 7.1.26. The tail is computed, not its
 * difference from 1, so that it stays accurate on the left; beyond 13 it is 0 to the last bit.
 */
const NORMAL = `
fn bell(x: Type) -> Type { return exp(-0.5 * x * x); }
fn phi(x: Type) -> Type {
  let t = 1.0 / (1.0 + 0.3275911 * 0.7071067811865476 * abs(x));
  let series = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;
  let tail = select(Type(0.0), 0.5 * series * bell(x), abs(x) < Type(13.0));
  return select(1.0 - tail, tail, x < Type(0.0));
}
`;

const ELEMENTWISE = {
  'exact gelu forward': {
    inputs: ['x'],
    helpers: NORMAL,
    code: 'y[i] = x[i] * phi(clamp(x[i], Type(-13.0), Type(13.0)));',
  },
  'exact gelu backward': {
    inputs: ['x', 'dy'],
    helpers: NORMAL,
    code: `
  let at = clamp(x[i], Type(-13.0), Type(13.0));
  y[i] = dy[i] * (phi(at) + ${1 / Math.sqrt(2 * Math.PI)} * at * bell(at));`,
  },
  // Beyond 40 sigmoid and slope are 0 or 1 to the last bit, and powers of what lies there need not be finite.
  'gelu forward': {
    inputs: ['x'],
    helpers: INNER,
    code: 'y[i] = x[i] * sigmoid(inner(clamp(x[i], Type(-40.0), Type(40.0))));',
  },
  'gelu backward': {
    inputs: ['x', 'dy'],
    helpers: INNER,
    code: `
  let at = clamp(x[i], Type(-40.0), Type(40.0));
  let sigma = sigmoid(inner(at));
  y[i] = dy[i] * sigma * (1.0 + at * (1.0 - sigma) * slope(at));`,
  },
};

function elementwise(name: keyof typeof ELEMENTWISE, buffers: Readonly<Record<string, Bound>>, like: Tensor): Tensor {
  const { inputs, helpers, code } = ELEMENTWISE[name];
  const vector = like.size % 4 === 0;
  const type = vector ? 'vec4<f32>' : 'f32';
  const y = allocate(like.shape);
  const count = vector ? like.size / 4 : like.size;
  launch(
    {
      name: `${name} ${type}`,
      outputs: { y: type },
      inputs: Object.fromEntries(inputs.map((input) => [input, type])),
      uniforms: { count: 'u32' },
      code: `alias Type = ${type};${SIGMOID(type)}${helpers}${FLAT_MAIN}
  if (i >= p.count) { return; }
  ${code}
}`,
    },
    { y, ...buffers },
    { count },
    flatGroups(count),
  );
  return y;
}

/** GELU by tanh, of any shape. */
export function geluForward(x: Tensor): Tensor {
  return elementwise('gelu forward', { x }, x);
}

export function geluBackward(dy: Tensor, x: Tensor): Tensor {
  return elementwise('gelu backward', { x, dy }, x);
}

/** GELU itself, of any shape. */
export function exactGeluForward(x: Tensor): Tensor {
  return elementwise('exact gelu forward', { x }, x);
}

export function exactGeluBackward(dy: Tensor, x: Tensor): Tensor {
  return elementwise('exact gelu backward', { x, dy }, x);
}
