// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/** Where a model can run. `dml` is DirectML (Windows), `coreml` Core ML (macOS), `cuda` NVIDIA's own (Linux). */
export const Device = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Device = z.infer<typeof Device>;

/** As people write them. */
export const DEVICE_NAMES: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** What the user wants; `auto` is the fastest that gave right numbers when it was tried. */
export const DeviceChoice = z.enum(['auto', ...Device.options]);
export type DeviceChoice = z.infer<typeof DeviceChoice>;

/** What came of trying a model on a device: a picture seen, a short prompt read, a few tokens written. */
export const DeviceTrial = z.object({
  device: Device,
  /**
   * `right`: the processor's numbers, within what the weights' format allows. `absent`: its provider, driver or card
   * is not there. `slow`: not done within the time limit. `crashed`: it took its process down.
   */
  outcome: z.enum(['right', 'wrong', 'failed', 'absent', 'slow', 'crashed']),
  /** Largest difference from the processor's numbers, as a share of their largest. */
  difference: z.number().nullable(),
  /** Milliseconds for the same small job, on the device and on the processor. */
  ms: z.number().nullable(),
  cpuMs: z.number().nullable(),
  /** Whether it sees pictures rightly; if it only reads and writes rightly, the processor looks at them. */
  vision: z.boolean(),
  /** Most positions it reads rightly in one run. */
  chunk: z.number().int().positive().nullable(),
  /** The provider's own words, for the log. */
  detail: z.string(),
});
export type DeviceTrial = z.infer<typeof DeviceTrial>;

/** Where a model runs, and why. */
export const DeviceUse = z.object({
  asked: DeviceChoice,
  /** Of the language model. */
  used: Device,
  vision: Device,
  /** Positions of a prompt a run; null leaves it to the runtime. */
  chunk: z.number().int().positive().nullable(),
  /** `untried`: on the processor, until the others have been tried. `only`: nothing but the processor works here. `failed`: what was asked for or chosen does not work. */
  reason: z.enum(['untried', 'asked', 'fastest', 'only', 'failed']),
  trials: z.array(DeviceTrial),
});
export type DeviceUse = z.infer<typeof DeviceUse>;
