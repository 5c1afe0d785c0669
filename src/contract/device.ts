// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';

/**
 * A device that a model can run on. `dml` is DirectML (Windows), `coreml` Core ML (macOS), `cuda` NVIDIA CUDA (Linux).
 */
export const Device = z.enum(['cpu', 'webgpu', 'cuda', 'dml', 'coreml']);
export type Device = z.infer<typeof Device>;

/** The names of devices as shown to people. */
export const DEVICE_NAMES: Readonly<Record<Device, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
};

/** The user's choice of device. `auto` is the fastest device that gave correct numbers in its trial. */
export const DeviceChoice = z.enum(['auto', ...Device.options]);
export type DeviceChoice = z.infer<typeof DeviceChoice>;

/**
 * The result of trying a model on a device: one picture is encoded, a short prompt prefilled, and a few tokens decoded.
 */
export const DeviceTrial = z.object({
  device: Device,
  /**
   * `right`: equal to the processor's numbers, within the precision of the weights. `absent`: the execution provider,
   * the driver or the card is missing. `slow`: not finished within the time limit. `crashed`: the process of the trial
   * crashed.
   */
  outcome: z.enum(['right', 'wrong', 'failed', 'absent', 'slow', 'crashed']),
  /** Largest difference from the processor's numbers, relative to the largest of them. */
  difference: z.number().nullable(),
  /** Milliseconds for the same small job on the device and on the processor. */
  ms: z.number().nullable(),
  cpuMs: z.number().nullable(),
  /**
   * Whether pictures are encoded correctly on the device. If only prefill and decode are correct, the processor encodes
   * the pictures.
   */
  vision: z.boolean(),
  /** Largest number of positions that one run prefills correctly. */
  chunk: z.number().int().positive().nullable(),
  /** The message of the execution provider, for the log. */
  detail: z.string(),
});
export type DeviceTrial = z.infer<typeof DeviceTrial>;

/** The device that a model runs on, and why. */
export const DeviceUse = z.object({
  asked: DeviceChoice,
  /** Device of the language model. */
  used: Device,
  vision: Device,
  /** Positions of a prompt prefilled per run. Null leaves it to the runtime. */
  chunk: z.number().int().positive().nullable(),
  /**
   * `untried`: on the processor until the other devices have been tried. `only`: only the processor works here.
   * `failed`: the device that was asked for or chosen does not work.
   */
  reason: z.enum(['untried', 'asked', 'fastest', 'only', 'failed']),
  trials: z.array(DeviceTrial),
});
export type DeviceUse = z.infer<typeof DeviceUse>;
