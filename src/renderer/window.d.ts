// SPDX-License-Identifier: Apache-2.0
/// <reference types="vite/client" />
import type { ZoetropeBridge } from '../contract';

declare global {
  interface Window {
    readonly zoetrope: ZoetropeBridge;
  }
}
