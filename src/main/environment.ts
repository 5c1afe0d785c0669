// SPDX-License-Identifier: Apache-2.0
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
];

export function childEnvironment(): Record<string, string> {
  return Object.fromEntries(
    NAMES.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
