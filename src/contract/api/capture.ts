// SPDX-License-Identifier: Apache-2.0
import { CaptureJob, CaptureResult, SceneSurvey, ViewCapture } from '../capture';
import { none, nothing, type Calls } from './call';

/**
 * The hidden capture window (the command line's views): it asks for its job, hands over each view in order and
 * says when it is done.
 */
export const capture = {
  'capture.job': { owner: 'main', from: 'capture', request: none, answer: CaptureJob },
  'capture.view': { owner: 'main', from: 'capture', request: ViewCapture, answer: nothing },
  'capture.survey': { owner: 'main', from: 'capture', request: SceneSurvey, answer: nothing },
  /** A step of looking for places is done: the job goes on. */
  'capture.alive': { owner: 'main', from: 'capture', request: none, answer: nothing },
  /** `objects`: the names of the numbers in ID passes, the first of them number 1. */
  'capture.finish': { owner: 'main', from: 'capture', request: CaptureResult, answer: nothing },
} as const satisfies Calls;
