// SPDX-License-Identifier: Apache-2.0
import { pictureName, type PictureRef } from './items';
import type { PreviewWay } from './media';

/** URLs from which the window may load pictures and files. Only the main process answers them. */
export const MEDIA_SCHEME = 'zoetrope-media';
export const pictureUrl = (picture: PictureRef): string => `${MEDIA_SCHEME}://picture/${pictureName(picture)}`;
export const sourceUrl = (source: string): string => `${MEDIA_SCHEME}://source/${source}`;
/** The URL of a small picture of a source. */
export const thumbnailUrl = (source: string): string => `${MEDIA_SCHEME}://thumbnail/${source}`;
/** The URL of one file of a scene, by its name in the scene's listing. */
export const sceneFileUrl = (source: string, name: string): string =>
  `${MEDIA_SCHEME}://scene/${source}/${encodeURIComponent(name)}`;
/** The URL of a source's playable copy, after `video.preview` has made one. */
export const previewUrl = (source: string, way: PreviewWay): string => `${MEDIA_SCHEME}://preview/${source}?${way}`;
