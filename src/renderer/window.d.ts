/// <reference types="vite/client" />
import type { ZoetropeBridge } from '../contract';

declare global {
  interface Window {
    readonly zoetrope: ZoetropeBridge;
  }
}
