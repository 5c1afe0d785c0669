// SPDX-License-Identifier: Apache-2.0
import type { CameraPose, Intrinsics } from '../../../contract';
import { decodePicture, type SceneFacts, type SceneViewer } from '../../../scene';

/** What end-to-end tests may look at: that a captured picture is the picture on screen. */
export interface SceneProbe {
  /** The canvas as drawn, without the pyramids and, unless asked for, without the light of a view; RGBA, top row first. */
  readScreen: SceneViewer['readScreen'];
  pose(): CameraPose;
  facts(): SceneFacts | null;
  /** The middle square of the canvas taken as a capture of `size` pixels. */
  capture(size: number): Promise<{ pose: CameraPose; intrinsics: Intrinsics; rgba: Uint8Array }>;
  /** As the pictures of a SOG are read. */
  decodePicture: typeof decodePicture;
}

declare global {
  interface Window {
    __zoetropeScene?: SceneProbe;
  }
}

/** Lays the probe on the window if the page was opened with `?test`; what is returned takes it away. */
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
