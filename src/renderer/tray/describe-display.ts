// SPDX-License-Identifier: Apache-2.0
import type { TFunction } from 'i18next';
import type { ObjectRef, RenderSettings, ShownObjects } from '../../contract';

/** `studio · neutral · +1 stop`: the render settings of a view. */
export function describeRenderSettings({ lighting, toneMapping, exposure }: RenderSettings, t: TFunction): string {
  const words = [t(`picture.lightings.${lighting}`), t(`picture.tones.${toneMapping}`)];
  if (exposure !== 0) words.push(`${exposure > 0 ? '+' : '−'}${t('picture.stops', { count: Math.abs(exposure) })}`);
  return words.join(' · ');
}

const MOST_NAMES = 3;

/** Describes which objects of the scene a view leaves out. */
export function describeShownObjects({ hidden, only }: ShownObjects, t: TFunction): string {
  const nameOf = ({ name, path }: ObjectRef): string => (name.trim() === '' ? path : name);
  const names = hidden.slice(0, MOST_NAMES).map(nameOf);
  if (hidden.length > MOST_NAMES) names.push(t('picture.more', { count: hidden.length - MOST_NAMES }));
  const words = only ? [t('picture.onlyObject', { name: nameOf(only) })] : [];
  if (names.length > 0) words.push(t('picture.without', { names: names.join(', ') }));
  return words.join(', ');
}
