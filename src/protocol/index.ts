/** The whole thread boundary in one import. */
export * from './backbones';
export * from './config';
export * from './errors';
export * from './events';
export * from './features';
export * from './frames';
export * from './hub';
export * from './kernels';
export * from './onnx';
export * from './peer';
export * from './proof';
export * from './report';
export * from './rpc';
export * from './samples';
export * from './trainer';
export * from './watch';
