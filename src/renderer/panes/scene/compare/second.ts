// SPDX-License-Identifier: Apache-2.0
import type { Item, Source, UpAxis } from '../../../../contract';
import type { SceneViewer } from '../../../../scene';

/** A scene beside the one on screen. */
export interface Second {
  source: Source;
  up: UpAxis | undefined;
  /** Its views in the tray. */
  trayViews: Item[];
}

/** It is loaded, and views can be taken of it. */
export interface SecondReady {
  source: string;
  viewer: SceneViewer;
  hash: string;
}
