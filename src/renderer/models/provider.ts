// SPDX-License-Identifier: Apache-2.0
const NAMES: Record<string, string> = {
  cpu: 'CPU',
  cuda: 'CUDA',
  coreml: 'Core ML',
  dml: 'DirectML',
  webgpu: 'WebGPU',
};

/** The usual spelling of an execution provider's name. */
export const providerName = (provider: string): string =>
  NAMES[provider.toLowerCase().replace(/executionprovider$/, '')] ?? provider;
