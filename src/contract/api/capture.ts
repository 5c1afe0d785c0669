// SPDX-License-Identifier: Apache-2.0
import { CaptureJob, CaptureResult, SceneSurvey, ViewCapture } from '../capture';
import { none, nothing, type Calls } from './call';

/**
 * Calls of the hidden capture window, which renders views for the command line. It asks for its job, sends each view in
 * order and reports when it is done.
 */
export const capture = {
  'capture.job': { owner: 'main', from: 'capture', request: none, answer: CaptureJob },
  'capture.view': { owner: 'main', from: 'capture', request: ViewCapture, answer: nothing },
  'capture.survey': { owner: 'main', from: 'capture', request: SceneSurvey, answer: nothing },
  /** Reports that a step of planning is done, so that the time limit begins again. */
  'capture.alive': { owner: 'main', from: 'capture', request: none, answer: nothing },
  /** Ends the job. `objects`: the names of the object numbers in ID passes; the first name is number 1. */
  'capture.finish': { owner: 'main', from: 'capture', request: CaptureResult, answer: nothing },
} as const satisfies Calls;
