// SPDX-License-Identifier: Apache-2.0
/** Many questions at once: runs and their files, benchmarks, scores. */
export * from './score';
