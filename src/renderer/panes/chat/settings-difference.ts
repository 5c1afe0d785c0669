// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import type { Receipt } from '../../../contract';

const NAMES = {
  temperature: 'settings.temperature',
  topP: 'settings.topP',
  topK: 'settings.topK',
  seed: 'settings.seed',
  repetitionPenalty: 'settings.repetition',
  maxNewTokens: 'settings.maxNewTokens',
} as const;
/** What has an effect only where words are drawn at random. */
const OF_CHANCE: readonly string[] = ['topP', 'topK', 'seed'];

/** "Temperature 0 → 0.7 · another prompt": in what two answers to one question were asked differently. Empty: in nothing. */
export function settingsDifference(first: Receipt, other: Receipt, t: TFunction): string {
  const isDrawn = first.sampling.temperature > 0 || other.sampling.temperature > 0;
  const changed = (Object.keys(NAMES) as (keyof typeof NAMES)[])
    .filter((key) => isDrawn || !OF_CHANCE.includes(key))
    .filter((key) => first.sampling[key] !== other.sampling[key])
    .map((key) => `${t(NAMES[key])} ${first.sampling[key]} → ${other.sampling[key]}`);
  const sameWriter = 'server' in first === 'server' in other && first.model.name === other.model.name;
  if (sameWriter && first.prompt !== other.prompt) changed.push(t('chat.anotherPrompt'));
  return changed.join(' · ');
}
