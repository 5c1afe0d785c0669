// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Intrinsics } from '../../../contract';
import { decodePicture, type SceneFacts, type SceneViewer } from '../../../scene';

/** What end-to-end tests need to check that a captured picture equals the picture on screen. */
export interface SceneProbe {
  /** The canvas without the pyramids and, unless asked for, without the light of a view. RGBA, top row first. */
  readScreen: SceneViewer['readScreen'];
  pose(): CameraPose;
  facts(): SceneFacts | null;
  /** Captures the square in the middle of the canvas with an edge of `size` pixels. */
  capture(size: number): Promise<{ pose: CameraPose; intrinsics: Intrinsics; rgba: Uint8Array }>;
  /** The decoder for the pictures of a SOG. */
  decodePicture: typeof decodePicture;
}

declare global {
  interface Window {
    __zoetropeScene?: SceneProbe;
  }
}

/** Exposes the probe on the window if the page was opened with `?test`. Returns a function that removes it. */
export function exposeProbe(viewer: SceneViewer): () => void {
  if (!new URLSearchParams(location.search).has('test')) return () => undefined;
  const probe: SceneProbe = {
    readScreen: (options) => viewer.readScreen(options),
    pose: () => viewer.pose,
    facts: () => viewer.facts,
    capture: async (size) => {
      const pose = viewer.pose;
      const intrinsics = viewer.intrinsicsFor(pose, size);
      return { pose, intrinsics, rgba: await viewer.capture({ pose, intrinsics }) };
    },
    decodePicture,
  };
  window.__zoetropeScene = probe;
  return () => {
    if (window.__zoetropeScene === probe) delete window.__zoetropeScene;
  };
}
