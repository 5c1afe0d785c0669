// SPDX-License-Identifier: Apache-2.0
import { Preset, type Settings } from '../../contract';
import { attempt, bridge } from './bridge';
import { changeSettings } from './settings';
import { recordSetting } from './undo';
import { get, NO_PROJECT, set, useStore } from './store';

const Values = Preset.omit({ name: true });

/** The values of a preset, in the order of its schema. */
const valuesOf = (from: Preset | Settings): Omit<Preset, 'name'> => Values.parse(from);

/** Whether the settings are those of a preset. */
export const isInUse = (preset: Preset, settings: Settings): boolean =>
  JSON.stringify(valuesOf(preset)) === JSON.stringify(valuesOf(settings));

function remember(name: string | null): void {
  set((s) => ({ project: { ...s.project, preset: name } }));
  void attempt(() => bridge()['project.preset']({ name }));
}

/** Uses the settings of a preset. The project remembers it, and uses it again when it is opened. */
export async function applyPreset(name: string): Promise<void> {
  const preset = get().settings.presets.find((one) => one.name === name);
  if (!preset) return;
  remember(name);
  await changeSettings(valuesOf(preset));
}

/** Uses the preset of a project again whenever another project is opened. */
export const followPresets = (): (() => void) =>
  useStore.subscribe(({ project }, { project: before }) => {
    if (project.id === before.id || before.id === NO_PROJECT.id || project.preset === null) return;
    void applyPreset(project.preset);
  });

/** Saves the current settings as a preset, in place of one with the same name. */
export async function savePreset(name: string): Promise<void> {
  const { settings } = get();
  const others = settings.presets.filter((one) => one.name !== name);
  remember(name);
  await changeSettings({ presets: [...others, { name, ...valuesOf(settings) }] });
}

export async function renamePreset(from: string, to: string): Promise<void> {
  const { settings, project } = get();
  if (settings.presets.some(({ name }) => name === to)) return;
  if (project.preset === from) remember(to);
  await changeSettings({ presets: settings.presets.map((one) => (one.name === from ? { ...one, name: to } : one)) });
}

export async function deletePreset(name: string): Promise<void> {
  const { settings, project } = get();
  if (project.preset === name) remember(null);
  const after = { presets: settings.presets.filter((one) => one.name !== name) };
  await changeSettings(after);
  recordSetting({ of: 'preset', name }, { presets: settings.presets }, after);
}
