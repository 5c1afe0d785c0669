// SPDX-License-Identifier: Apache-2.0
import { toErrorInfo } from '../../contract';
import { unzip } from './unzip';

/** Runs in a worker because a large zip takes seconds. */
self.onmessage = (event: MessageEvent<{ file: Uint8Array; name: string }>) => {
  try {
    const files = unzip(event.data.file, event.data.name);
    self.postMessage({ files }, { transfer: [...files.values()].map(({ buffer }) => buffer) });
  } catch (thrown) {
    self.postMessage({ error: toErrorInfo(thrown) });
  }
};
