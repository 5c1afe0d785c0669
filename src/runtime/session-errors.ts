// SPDX-License-Identifier: Apache-2.0
/** Maps ONNX Runtime's error messages, which have no codes, to our errors. */

import { basename } from 'node:path';
import { DEVICE_NAMES, say, ZoetropeError, type Device } from '../contract';

const NO_MEMORY = /bad_alloc|failed to allocate|out of memory|allocation failed|not enough memory|bad allocation/i;
const NO_FILE = /external data path|external initializer|no such file|does not exist|doesn't exist/i;

export function outOfMemory(detail: string): ZoetropeError {
  return new ZoetropeError(
    'out-of-memory',
    say`There is not enough memory for this.`,
    say`Use fewer or smaller pictures, close other programs, or choose a smaller model.`,
    detail,
  );
}

/**
 * The error for a failed load. On a device other than the processor, a failure does not mean that the model is at
 * fault.
 */
export function loadError(error: unknown, path: string, device: Device = 'cpu'): ZoetropeError {
  const detail = String(error);
  const file = basename(path);
  if (NO_MEMORY.test(detail) && device === 'cpu') return outOfMemory(detail);
  if (NO_FILE.test(detail)) {
    return new ZoetropeError(
      'model-incomplete',
      say`The weights beside the model's file ${file} are missing or cut short.`,
      say`Download the model again.`,
      detail,
    );
  }
  if (device !== 'cpu') {
    return new ZoetropeError(
      'device-failed',
      say`The model cannot be loaded on ${DEVICE_NAMES[device]}.`,
      say`Run it on the processor.`,
      detail,
    );
  }
  return new ZoetropeError(
    'model-broken',
    say`The model's file ${file} cannot be loaded.`,
    say`Download the model again, or choose another one.`,
    detail,
  );
}

/** The error for a failed run. */
export function runError(error: unknown, path: string, device: Device = 'cpu'): ZoetropeError {
  if (error instanceof ZoetropeError) return error;
  const detail = String(error);
  if (device !== 'cpu') {
    return new ZoetropeError(
      'device-failed',
      say`${DEVICE_NAMES[device]} failed while the model ran.`,
      say`Run it on the processor.`,
      detail,
    );
  }
  if (NO_MEMORY.test(detail)) return outOfMemory(detail);
  return new ZoetropeError(
    'model-broken',
    say`The model's file ${basename(path)} failed while it ran.`,
    say`Try again; if it fails again, choose another model.`,
    detail,
  );
}
