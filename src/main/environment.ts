// SPDX-License-Identifier: Apache-2.0
import { app } from 'electron';

/**
 * The environment variables that our processes inherit: only those needed to find programs, folders and graphics
 * drivers.
 */
const NAMES = [
  'PATH',
  'HOME',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'SystemRoot',
  'TMPDIR',
  'TEMP',
  'TMP',
  'LANG',
  'LC_ALL',
  'XDG_RUNTIME_DIR',
  'FFMPEG_BIN',
  'LD_LIBRARY_PATH',
  'VK_ICD_FILENAMES',
  'VK_DRIVER_FILES',
  'CUDA_VISIBLE_DEVICES',
  'NODE_EXTRA_CA_CERTS',
  'HF_HOME',
  'HF_HUB_CACHE',
  'HF_ENDPOINT',
  'HF_TOKEN',
  'XDG_CACHE_HOME',
  // For the hidden window in which the engine has views drawn for other programs.
  'DISPLAY',
  'WAYLAND_DISPLAY',
  'XAUTHORITY',
];

export function childEnvironment(): Record<string, string> {
  const known: Record<string, string> = {};
  for (const name of NAMES) if (process.env[name] !== undefined) known[name] = process.env[name];
  return { ...known, ZOETROPE_ELECTRON_COMMAND: JSON.stringify(ourCommand()) };
}

/** Switches of Chromium without which it does not start, or does not draw, on some machines. */
const SWITCHES = ['no-sandbox', 'use-gl', 'use-angle', 'enable-unsafe-swiftshader', 'disable-dev-shm-usage'];

/** The program and arguments that start this app again, to draw views in a hidden window. */
function ourCommand(): string[] {
  const switches = SWITCHES.filter((name) => app.commandLine.hasSwitch(name)).map((name) => {
    const value = app.commandLine.getSwitchValue(name);
    return value === '' ? `--${name}` : `--${name}=${value}`;
  });
  return [process.execPath, ...switches, ...(app.isPackaged ? [] : [app.getAppPath()])];
}
