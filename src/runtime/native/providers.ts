// SPDX-License-Identifier: Apache-2.0
import type { Device } from '../../contract';
import { check, received, type Ort, type Pointer } from './library';

/** A device's execution provider: its name in ONNX Runtime's list, the name used to add it, and its settings. */
const PROVIDERS: Record<
  Exclude<Device, 'cpu'>,
  { listed: string; asked: string; options: Readonly<Record<string, string>> }
> = {
  webgpu: { listed: 'WebGpuExecutionProvider', asked: 'WebGPU', options: {} },
  cuda: { listed: 'CUDAExecutionProvider', asked: '', options: {} }, // added by a function of its own
  dml: { listed: 'DmlExecutionProvider', asked: 'DML', options: { performance_preference: 'high_performance' } },
  coreml: {
    listed: 'CoreMLExecutionProvider',
    asked: 'CoreML',
    options: { ModelFormat: 'MLProgram', MLComputeUnits: 'ALL' },
  },
};

/** The devices for which this build of ONNX Runtime has a provider; they may still not work on this machine. */
export function builtInDevices(ort: Ort): Device[] {
  const { api, koffi } = ort;
  const length = new Int32Array(1);
  const list = received(api, (out) => api.GetAvailableProviders(out, length));
  try {
    const names = Array.from({ length: length[0]! }, (_, i) =>
      koffi.decode.string(koffi.decode(list, i * 8, 'void *') as Pointer),
    );
    const found = Object.entries(PROVIDERS).filter(([, { listed }]) => names.includes(listed));
    return ['cpu', ...found.map(([device]) => device as Device)];
  } finally {
    check(api, api.ReleaseAvailableProviders(list, length[0]!));
  }
}

/**
 * Makes a session run on a device; operators that its provider does not support run on the processor.
 * @throws Error with ONNX Runtime's message: no such provider, no driver, no adapter.
 */
export function appendProvider(ort: Ort, settings: Pointer, device: Device): void {
  const { api, koffi } = ort;
  if (device === 'cpu') return;
  if (device === 'cuda') {
    const options = received(api, (out) => api.CreateCUDAProviderOptions(out));
    try {
      check(api, api.SessionOptionsAppendExecutionProvider_CUDA_V2(settings, options));
    } finally {
      api.ReleaseCUDAProviderOptions(options);
    }
    return;
  }
  const { asked, options } = PROVIDERS[device];
  const text = (words: string[]) => words.map((word) => new TextEncoder().encode(`${word}\0`));
  const [keys, values] = [text(Object.keys(options)), text(Object.values(options))];
  const addresses = (bytes: Uint8Array[]) => BigUint64Array.from(bytes, (b) => koffi.address(b));
  check(
    api,
    api.SessionOptionsAppendExecutionProvider(settings, asked, addresses(keys), addresses(values), keys.length),
  );
}
