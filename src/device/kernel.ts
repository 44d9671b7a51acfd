/**
 * Raw WGSL inside tfjs's command stream. A kernel here may do what tfjs's `WebGPUProgram` cannot: `enable` a feature,
 * write several outputs, update a tensor in place, and read part of a tensor. It shares tfjs's encoder and tensors, so
 * order, memory accounting and disposal stay tfjs's.
 *
 * This reads private parts of `@tensorflow/tfjs-backend-webgpu` 4.22, the last release; the version is pinned.
 */
import * as tf from './tf';

/** Part of a tensor: `length` elements from `offset`. Offsets are multiples of 64 (bindings start at 256 bytes). */
export interface Span {
  tensor: tf.Tensor;
  offset: number;
  length: number;
}

export type Bound = tf.Tensor | Span;

type Scalar = 'u32' | 'i32' | 'f32';

export interface Kernel {
  /** Names the pipeline: two kernels of the same name must have the same code. */
  name: string;
  /** Written (or updated in place), by name: the type of an element, e.g. `{ y: 'vec4<f32>' }`. */
  outputs: Readonly<Record<string, string>>;
  /** Read only, by name. */
  inputs: Readonly<Record<string, string>>;
  /** Fields of the uniform `p`, e.g. `{ rows: 'u32' }`, read as `p.rows`. At least one. */
  uniforms: Readonly<Record<string, Scalar>>;
  /** WGSL features the code needs. */
  features?: readonly ('subgroups' | 'f16')[];
  /** Everything but the declarations of buffers and uniforms: functions, and an entry point called `main`. */
  code: string;
}

/** What this needs of tfjs's backend. */
interface Backend {
  device: GPUDevice;
  bufferManager: { acquireBuffer(size: number, usage: number): GPUBuffer };
  commandQueueOwnedIds: WeakSet<object>;
  uniformPendingDisposal: GPUBuffer[];
  tensorMap: { get(dataId: object): { resource?: GPUBuffer | null; values?: unknown } };
  commandEncoder: GPUCommandEncoder | null;
  computePassEncoder: GPUComputePassEncoder | null;
  dispatchCountInPass: number;
  uploadToGPU(dataId: object): void;
  makeTensorInfo(shape: number[], dtype: tf.DataType): tf.TensorInfo;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

function backend(): Backend {
  return tf.backend() as unknown as Backend;
}

/** A tensor with undefined content, tracked by tfjs like any other. */
export function allocate(shape: readonly number[], dtype: 'float32' | 'int32' = 'float32'): tf.Tensor {
  const gpu = backend();
  const info = gpu.makeTensorInfo([...shape], dtype);
  gpu.uploadToGPU(info.dataId);
  return tf.engine().makeTensorFromTensorInfo(info);
}

/**
 * Records one dispatch. A tensor that is updated in place must not have a read of tfjs's pending: that read would fill
 * its cache with what was there before, after it was emptied here.
 *
 * @param buffers one for each name of `outputs` and `inputs`; none may be both
 * @param groups workgroups in x, y, z; none is recorded when any is 0
 */
export function launch(
  kernel: Kernel,
  buffers: Readonly<Record<string, Bound>>,
  uniforms: Readonly<Record<string, number>>,
  groups: readonly [number, number, number],
): void {
  if (groups.includes(0)) return;
  const gpu = backend();
  const { pipeline, layout } = compiled(gpu.device, kernel);
  const outputs = Object.keys(kernel.outputs);
  const entries: GPUBindGroupEntry[] = [...outputs, ...Object.keys(kernel.inputs)].map((name, binding) => {
    const bound = buffers[name];
    if (bound === undefined) throw new TypeError(`${kernel.name}: no buffer for ${name}`);
    return { binding, resource: resource(gpu, bound, binding < outputs.length) };
  });
  const uniform = uniformBuffer(gpu, kernel, uniforms);
  entries.push({ binding: entries.length, resource: { buffer: uniform } });
  const group = gpu.device.createBindGroup({ layout, entries });
  gpu.ensureCommandEncoderReady();
  gpu.computePassEncoder ??= gpu.commandEncoder!.beginComputePass();
  gpu.computePassEncoder.setPipeline(pipeline);
  gpu.computePassEncoder.setBindGroup(0, group);
  gpu.computePassEncoder.dispatchWorkgroups(...groups);
  count(1);
  gpu.dispatchCountInPass++;
  if (gpu.dispatchCountInPass >= (tf.env().get('WEBGPU_DEFERRED_SUBMIT_BATCH_SIZE') as number)) submit(gpu);
}

/** Sends what was recorded and waits until the GPU has done it: keeps the queue short. */
export async function settle(): Promise<void> {
  const gpu = backend();
  // What the queue was given without an encoder (an upload) goes with the next submission.
  gpu.ensureCommandEncoderReady();
  submit(gpu);
  await gpu.device.queue.onSubmittedWorkDone();
}

function submit(gpu: Backend): void {
  gpu.endComputePassEncoder();
  gpu.submitQueue();
}

let dispatches = 0;

/** Dispatches recorded since `resetDispatches`, tfjs's own included. */
export function dispatchCount(): number {
  return dispatches;
}

export function resetDispatches(): void {
  dispatches = 0;
}

function count(more: number): void {
  dispatches += more;
}

/** Makes `backend` count its own dispatches too. */
export function countDispatchesOf(instance: object): void {
  const counted = instance as { runWebGPUProgram: (...args: unknown[]) => unknown };
  const run = counted.runWebGPUProgram.bind(counted);
  counted.runWebGPUProgram = (...args) => {
    count(1);
    return run(...args);
  };
}

function resource(gpu: Backend, bound: Bound, written: boolean): GPUBufferBinding {
  const tensor = 'tensor' in bound ? bound.tensor : bound;
  gpu.uploadToGPU(tensor.dataId);
  const data = gpu.tensorMap.get(tensor.dataId);
  // tfjs keeps what it once read back, and would answer with it after an update in place.
  if (written) data.values = null;
  gpu.commandQueueOwnedIds.add(tensor.dataId);
  const buffer = data.resource!;
  if (!('tensor' in bound)) return { buffer };
  const bytes = Float32Array.BYTES_PER_ELEMENT;
  return { buffer, offset: bound.offset * bytes, size: bound.length * bytes };
}

function uniformBuffer(gpu: Backend, kernel: Kernel, values: Readonly<Record<string, number>>): GPUBuffer {
  const fields = Object.entries(kernel.uniforms);
  const bytes = new ArrayBuffer(Math.ceil(fields.length / 4) * 16);
  const view = new DataView(bytes);
  fields.forEach(([name, type], i) => {
    const value = values[name];
    if (value === undefined) throw new TypeError(`${kernel.name}: no value for ${name}`);
    if (type === 'f32') view.setFloat32(4 * i, value, true);
    else if (type === 'i32') view.setInt32(4 * i, value, true);
    else view.setUint32(4 * i, value, true);
  });
  const buffer = gpu.bufferManager.acquireBuffer(bytes.byteLength, GPUBufferUsage.COPY_DST | GPUBufferUsage.UNIFORM);
  gpu.device.queue.writeBuffer(buffer, 0, bytes);
  gpu.uniformPendingDisposal.push(buffer);
  return buffer;
}

interface Compiled {
  pipeline: GPUComputePipeline;
  layout: GPUBindGroupLayout;
}

const pipelines = new WeakMap<GPUDevice, Map<string, Compiled>>();

function compiled(device: GPUDevice, kernel: Kernel): Compiled {
  let known = pipelines.get(device);
  if (known === undefined) pipelines.set(device, (known = new Map<string, Compiled>()));
  let made = known.get(kernel.name);
  if (made === undefined) known.set(kernel.name, (made = compile(device, kernel)));
  return made;
}

/** An error in the code reaches `uncapturederror`, and so `checkHealth`. */
function compile(device: GPUDevice, kernel: Kernel): Compiled {
  const written = Object.keys(kernel.outputs).length;
  const read = Object.keys(kernel.inputs).length;
  const types: GPUBufferBindingType[] = [
    ...Array.from({ length: written }, () => 'storage' as const),
    ...Array.from({ length: read }, () => 'read-only-storage' as const),
    'uniform',
  ];
  const layout = device.createBindGroupLayout({
    // 4 = GPUShaderStage.COMPUTE, spelled out because Node has no such global.
    entries: types.map((type, binding) => ({ binding, visibility: 4, buffer: { type } })),
  });
  const module = device.createShaderModule({ label: kernel.name, code: shader(kernel) });
  const pipeline = device.createComputePipeline({
    label: kernel.name,
    layout: device.createPipelineLayout({ bindGroupLayouts: [layout] }),
    compute: { module, entryPoint: 'main' },
  });
  return { pipeline, layout };
}

/** The whole WGSL: features, the uniform `p`, buffers in order outputs, inputs, uniform, then the kernel's code. */
export function shader(kernel: Kernel): string {
  const outputs = Object.entries(kernel.outputs).map(([name, type]) => `<storage, read_write> ${name}: array<${type}>`);
  const inputs = Object.entries(kernel.inputs).map(([name, type]) => `<storage, read> ${name}: array<${type}>`);
  const fields = Object.entries(kernel.uniforms).map(([name, type]) => `${name}: ${type}`);
  return [
    ...(kernel.features ?? []).map((feature) => `enable ${feature};`),
    `struct Uniforms { ${fields.join(', ')} }`,
    ...[...outputs, ...inputs, '<uniform> p: Uniforms'].map(
      (variable, i) => `@group(0) @binding(${i}) var${variable};`,
    ),
    kernel.code,
  ].join('\n');
}
