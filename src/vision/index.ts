// SPDX-License-Identifier: Apache-2.0
/** Pixels to model input. Pure: no Node, no DOM. */
export { resizeBicubic, resizeSteps } from './resize';
export { chooseGrid, cutTile } from './tiles';
export { fitPicture, fitPictureSteps, normalised, padToSquare, SIGLIP_384, toPixelValues } from './preprocess';
export type { PreprocessConfig } from './preprocess';
