/** Backbones as ONNX, for runtimes other than this one. */
export { exportOnnx, type ExportOptions } from './folder';
