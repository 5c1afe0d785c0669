// SPDX-License-Identifier: Apache-2.0
/** ONNX Runtime through its C API: asynchronous, can be stopped, and with tensors that stay in its own memory. */

export { giveBackPages } from './free-pages';
export { loadOrt, type Ort } from './library';
export { builtInDevices } from './providers';
export { openNativeSession, type NativeOptions } from './session';
