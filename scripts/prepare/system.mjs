// SPDX-License-Identifier: Apache-2.0
// What the system must provide: the libraries Electron links to, ffmpeg, and a display. Missing ones are installed
// together, or named together with the command that installs them.
import { installSystemPackages } from './apt.mjs';
import { hasDisplay, needsXvfb, ownDisplay } from './display.mjs';
import { findFfmpeg, versionOfFfmpeg } from './ffmpeg.mjs';
import { libraryPackages, missingLibraries } from './libraries.mjs';
import { Stop } from './report.mjs';

/**
 * @param {(text: string) => void} say
 * @param {object} wish
 * @param {string} [wish.electron] the binary, when a window will be opened
 * @param {'needed' | 'wished' | 'unused'} wish.ffmpeg `wished`: without it only videos cannot be opened
 * @returns {Promise<object>} for `describeSystem`
 */
export async function ensureSystem(say, { electron, ffmpeg }) {
  const wants = missing({ electron, ffmpeg });
  if (wants.length > 0) {
    const packages = wants.flatMap((want) => want.packages);
    const why = wants.map((want) => want.why).join('\n');
    try {
      await installSystemPackages({ packages, why, say });
    } catch (error) {
      const canDoWithout = wants.every((want) => want.optional);
      if (!canDoWithout || !(error instanceof Stop)) throw error;
      return { lacks: `no ffmpeg, so that videos cannot be opened. ${error.advice}` };
    }
    const still = missing({ electron, ffmpeg });
    if (still.length > 0)
      throw new Stop(`Installing system packages was not enough.\n${still.map((want) => want.why).join('\n')}`);
  }
  return { electron, ffmpeg, installed: wants.length > 0 };
}

function missing({ electron, ffmpeg }) {
  const wants = [];
  const libraries = electron ? missingLibraries(electron) : [];
  if (libraries.length > 0) {
    wants.push({ why: `Electron needs system libraries: ${libraries.join(', ')}.`, packages: libraryPackages });
  }
  if (electron && needsXvfb()) {
    const why = 'There is no display here (DISPLAY and WAYLAND_DISPLAY are not set), and no Xvfb to stand in for one.';
    wants.push({ why, packages: [['xvfb']] });
  }
  if (ffmpeg !== 'unused' && !findFfmpeg()) {
    wants.push({ why: 'Videos are read with ffmpeg.', packages: [['ffmpeg']], optional: ffmpeg === 'wished' });
  }
  return wants;
}

/** A short description of what was found. */
export function describeSystem({ electron, ffmpeg, installed, lacks }) {
  if (lacks) return lacks;
  const parts = [];
  if (ffmpeg !== 'unused') {
    const { file, from } = findFfmpeg();
    parts.push(`ffmpeg ${versionOfFfmpeg(file)} (${from})`);
  }
  if (electron && process.platform === 'linux') {
    parts.push('libraries', hasDisplay() ? `display ${ownDisplay()}` : 'no display: Xvfb stands in');
  }
  return `${installed ? 'installed ' : ''}${parts.join(', ')}`;
}
