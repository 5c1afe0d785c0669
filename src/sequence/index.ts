// SPDX-License-Identifier: Apache-2.0
/** The interleaved sequence: pictures and text in order, as one prompt. Pure: no input or output. */
export * from './question';
export * from './conversation';
export * from './numbers';
export * from './arrange';
export * from './prompt';
export * from './captions';
export * from './pairs';
export * from './tokens';
