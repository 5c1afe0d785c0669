// SPDX-License-Identifier: Apache-2.0
/** Pixels to model input. Pure: no Node, no DOM. */
export { finished, resizeBicubic, resizeSteps, type ResizeFilter } from './resize';
export { bestGrid, chooseGrid, cutRectangle, cutTile, type Grid } from './tiles';
export { anyResTileSteps, cropped } from './anyres';
export { fitPicture, fitPictureSteps, normalised, padToSquare, SIGLIP_384, toPixelValues } from './preprocess';
export type { PreprocessConfig } from './preprocess';
