// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import type { ServerDescription, ServerModel } from '../../../../contract';
import { formatCount } from '../../../ui';

/** "Ollama 0.14.2" */
export function programWords({ kind, version }: Pick<ServerDescription, 'kind' | 'version'>, t: TFunction): string {
  const name = kind === 'other' ? t('server.otherProgram') : kind;
  return version === null ? name : `${name} ${version}`;
}

/** "3 models, 2 see pictures" */
export function modelsWords(models: readonly ServerModel[], t: TFunction): string {
  if (models.length === 0) return t('server.noModels');
  const seeing = models.filter(({ pictures }) => pictures === true).length;
  const unsaid = models.every(({ pictures }) => pictures !== false);
  const words =
    seeing > 0 ? t('server.seeing', { count: seeing }) : t(unsaid ? 'server.seeingUnsaid' : 'server.seeingNone');
  return t('server.modelsOf', { models: t('server.models', { count: models.length }), words });
}

/** "8,192 of 32,768 tokens" */
export function contextWords({ context, longestContext }: ServerModel, t: TFunction): string {
  if (context === null) return t('server.unsaid');
  const tokens = formatCount(context);
  return longestContext !== null && longestContext > context
    ? t('server.contextOf', { tokens, longest: formatCount(longestContext) })
    : t('server.context', { tokens });
}

export const picturesWords = ({ pictures }: ServerModel, t: TFunction): string =>
  t(pictures === null ? 'server.unsaid' : pictures ? 'server.sees' : 'server.blind');
