// SPDX-License-Identifier: Apache-2.0
// All steps from a fresh checkout to a running app, in order; each does nothing if nothing needs to be done.
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

/** Prepares everything for tests in a window. Resolves with Electron's path. */
export async function prepareForTests(/** @type {Report} */ report) {
  await preparePackages(report);
  const electron = await prepareElectron(report);
  await prepareSystem(report, { electron, ffmpeg: 'needed' });
  await prepareBuild(report);
  await prepareModel(report);
  return electron;
}

/**
 * Starts a display if there is none and resolves with the environment and switches for running the app on it.
 * @param {string} electron
 * @param {object} [options]
 * @param {boolean} [options.softwareGl] render in software, so that tests get the same pictures on every machine
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
