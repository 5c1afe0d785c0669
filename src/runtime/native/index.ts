// SPDX-License-Identifier: Apache-2.0
/** ONNX Runtime by its C API: asynchronous, stoppable, and with tensors that stay in its own memory. */

export { giveBackPages } from './free-pages';
export { loadOrt, type Ort } from './library';
export { builtInDevices } from './providers';
export { openNativeSession, type NativeOptions } from './session';
