// SPDX-License-Identifier: Apache-2.0
import { findErrors } from './validation';

/** The validator reads every vertex, so it runs in a worker: a large scene must not block the window. */
self.onmessage = (event: MessageEvent<{ file: Uint8Array; companions: ReadonlyMap<string, Uint8Array> }>) => {
  findErrors(event.data.file, event.data.companions).then(
    (findings) => self.postMessage(findings),
    (cause: unknown) => self.postMessage({ failed: String(cause) }),
  );
};
