// SPDX-License-Identifier: Apache-2.0
/** Scores of LLaVA-Interleave Bench, equal to those of the published scorer. */
export { scorePredictions, type Scores } from './interleave';
export { isLeftOut, readPredictions, type LineProblem, type Prediction } from './prediction';
export { PUBLISHED, PUBLISHED_MODELS, PUBLISHED_SOURCE } from './published';
export { compareScores, tableOf, type Comparison, type Row } from './table';
