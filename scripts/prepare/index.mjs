// SPDX-License-Identifier: Apache-2.0
// Everything between a fresh checkout and a running app, in order; each step does nothing when there is nothing to do.
import { ensureBuild } from './build.mjs';
import { hasDisplay, startDisplay } from './display.mjs';
import { describeElectron, electronAdvice, ensureElectron } from './electron.mjs';
import { electronFlags } from './flags.mjs';
import { ensureModel } from './model.mjs';
import { ensureNodeModules } from './node-modules.mjs';
import { root } from './paths.mjs';
import { describeSystem, ensureSystem } from './system.mjs';

/** @typedef {import('./report.mjs').Report} Report */

export const preparePackages = (/** @type {Report} */ report) => report.step('packages', ensureNodeModules);

export const prepareSystem = (/** @type {Report} */ report, wish) =>
  report.step('system', (say) => ensureSystem(say, wish), describeSystem);

export const prepareBuild = (/** @type {Report} */ report, options) =>
  report.step('build', (say) => ensureBuild(say, options));

export const prepareModel = (/** @type {Report} */ report) => report.step('model', ensureModel);

/** Resolves with the binary's path. */
export async function prepareElectron(/** @type {Report} */ report) {
  const found = await report.step('electron', ensureElectron, describeElectron);
  const advice = electronAdvice(found);
  if (advice) report.note(advice);
  return found.file;
}

/** Everything that tests in a window need. Resolves with Electron's path. */
export async function prepareForTests(/** @type {Report} */ report) {
  await preparePackages(report);
  const electron = await prepareElectron(report);
  await prepareSystem(report, { electron, ffmpeg: 'needed' });
  await prepareBuild(report);
  await prepareModel(report);
  return electron;
}

/**
 * Starts a screen where there is none and resolves with what it takes to run the app on it.
 * @param {string} electron
 * @param {object} [options]
 * @param {boolean} [options.softwareGl] the same pictures on every machine, for tests
 */
export async function openStage(electron, { softwareGl = !hasDisplay() } = {}) {
  const { flags, reasons } = electronFlags(electron, { softwareGl });
  const display = await startDisplay();
  if (display.env.DISPLAY)
    reasons.push(
      'There is no display here, so the window is drawn in memory and cannot be seen. Set DISPLAY or WAYLAND_DISPLAY to see it.',
    );
  return { flags, reasons, args: [...flags, root], env: display.env, close: display.stop };
}
