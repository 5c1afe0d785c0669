// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import type { ReadyQuestion } from '../../../contract';

/** The built-in ready questions, in the order of the menu: keys under `ready.built` in the translations. */
export const BUILT_IN = [
  'summary',
  'chapters',
  'changes',
  'describeEach',
  'count',
  'next',
  'same',
  'text',
  'post',
] as const;

/** The ready questions: the user's own, or the built-in ones in the language of the window. */
export const readyQuestions = (own: readonly ReadyQuestion[] | null, t: TFunction): readonly ReadyQuestion[] =>
  own ?? BUILT_IN.map((key) => ({ name: t(`ready.built.${key}.name`), text: t(`ready.built.${key}.text`) }));
