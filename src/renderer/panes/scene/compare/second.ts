// SPDX-License-Identifier: Apache-2.0
import type { Item, Source, UpAxis } from '../../../../contract';
import type { SceneViewer } from '../../../../scene';

/** The scene that is compared with the one in the pane. */
export interface Second {
  source: Source;
  up: UpAxis | undefined;
  /** Its views in the tray. */
  trayViews: Item[];
}

/** The second scene after loading, when views can be captured. */
export interface SecondReady {
  source: string;
  viewer: SceneViewer;
  hash: string;
}
