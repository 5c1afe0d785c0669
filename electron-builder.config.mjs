// SPDX-License-Identifier: Apache-2.0
// What goes into the installers, and how they are locked. `npm run dist` sets the two variables read here where only
// a build for this machine is possible.
import fs from 'node:fs';
import path from 'node:path';

const root = import.meta.dirname;

/** A folder with an unpacked Electron, where the official one cannot be downloaded. */
const localElectron = process.env.ZOETROPE_LOCAL_ELECTRON;
const localOnly = localElectron
  ? {
      electronDist: localElectron,
      electronVersion: fs.readFileSync(path.join(localElectron, 'version'), 'utf8').trim().replace(/^v/, ''),
    }
  : {};
const name = localElectron
  ? '${productName}-${version}-${arch}-this-machine-only.${ext}'
  : '${productName}-${version}-${arch}.${ext}';

const ships = (file) => fs.existsSync(path.join(root, 'node_modules', file));
const onnxruntime = 'node_modules/onnxruntime-node/bin/napi-v6';
const sqlite = 'node_modules/@photostructure/sqlite/prebuilds';

// One whole list a platform and no list above it: electron-builder takes a list of exclusions alone as "everything
// but these", and its `${platform}` is the building machine's.
const files = (...others) => [
  'out/**',
  '!out/{NOTICES.txt,packages.json,types.tsbuildinfo}',
  'package.json',
  '!**/*.map',
  '!**/{.stamp,README.md,CHANGELOG.md,*.d.ts,*.d.mts,*.d.cts}',
  '!node_modules/onnxruntime-node/{script,lib}/**', // for building and installing only, like the next two
  '!node_modules/{adm-zip,global-agent}/**',
  '!node_modules/sharp/{src,install}/**',
  '!node_modules/@photostructure/sqlite/{src,scripts,binding.gyp}/**',
  '!node_modules/@photostructure/sqlite/prebuilds/**/*.musl.node',
  '!node_modules/node-addon-api/**',
  '!node_modules/koffi/{lib,vendor,doc,src/koffi/src}/**',
  '!node_modules/@koromix/*/musl_*/**',
  ...others,
];

// The compiled model is enough to run; the weights it was compiled from stay behind.
const modelIsCompiled = fs.existsSync(path.join(root, 'models/starter/onnx/decoder_model_merged.onnx'));

const types = {
  Video: {
    mp4: 'video/mp4',
    m4v: 'video/x-m4v',
    mov: 'video/quicktime',
    mkv: 'video/x-matroska',
    webm: 'video/webm',
    avi: 'video/x-msvideo',
    mpg: 'video/mpeg',
    mpeg: 'video/mpeg',
    mts: 'video/mp2t',
    wmv: 'video/x-ms-wmv',
    flv: 'video/x-flv',
  },
  Photograph: {
    jpg: 'image/jpeg',
    jpeg: 'image/jpeg',
    png: 'image/png',
    webp: 'image/webp',
    avif: 'image/avif',
    gif: 'image/gif',
    tif: 'image/tiff',
    tiff: 'image/tiff',
    bmp: 'image/bmp',
  },
  '3D scene': { glb: 'model/gltf-binary' },
};
const mimeTypes = [...new Set(Object.values(types).flatMap((byEnding) => Object.values(byEnding)))];
const associations = Object.entries(types).flatMap(([kind, byEnding]) =>
  Object.keys(byEnding).map((ext) => ({ ext, name: kind, role: 'Viewer', rank: 'Alternate' })),
);

export default {
  appId: 'org.zoetrope.app',
  productName: 'Zoetrope',
  copyright: 'The Zoetrope authors, Apache-2.0',
  ...localOnly,
  directories: { output: 'dist', buildResources: 'resources' },
  artifactName: name,
  npmRebuild: false, // every native module is Node-API and comes ready
  publish: null,
  asar: true,
  // Programs and libraries that the system itself has to open.
  asarUnpack: [
    'node_modules/onnxruntime-node/bin/**',
    'node_modules/@photostructure/sqlite/prebuilds/**',
    'node_modules/@koromix/**',
    'node_modules/@img/sharp-*/**',
    'node_modules/ffmpeg-static/**',
  ],
  electronLanguages: ['en', 'en-US', 'en-GB', 'zh-CN', 'zh_CN', 'zh-TW', 'zh_TW'], // the interface's own
  extraResources: [
    { from: 'resources/samples', to: 'samples' },
    {
      from: 'models/starter',
      to: 'models/starter',
      filter: [
        '**/*',
        '!**/.stamp',
        '!weights.json',
        ...(modelIsCompiled ? ['!*.safetensors', '!*.safetensors.index.json'] : []),
      ],
    },
    { from: 'resources/icon.png', to: 'icon.png' },
    { from: 'LICENSE', to: 'LICENSE' },
    { from: 'out/NOTICES.txt', to: 'NOTICES.txt' },
  ].filter(({ from }) => fs.existsSync(path.join(root, from))),

  // Fixed inside the program, so that nobody can make the signed app run other code.
  electronFuses: {
    runAsNode: false,
    enableNodeOptionsEnvironmentVariable: false,
    enableNodeCliInspectArguments: false,
    enableEmbeddedAsarIntegrityValidation: true, // checked on macOS and Windows; Linux ignores it
    onlyLoadAppFromAsar: true,
    enableCookieEncryption: true,
    loadBrowserProcessSpecificV8Snapshot: false,
    // A program that was changed starts on Apple silicon only when it is signed anew, if only for itself.
    resetAdHocDarwinSignature: process.platform === 'darwin',
    grantFileProtocolExtraPrivileges: false, // our pages come over our own scheme
  },

  win: {
    target: ['nsis'],
    icon: 'resources/icon.ico',
    files: files(
      `!${sqlite}/!(win32-\${arch})/**`,
      `!${onnxruntime}/{linux,darwin}/**`,
      `!${onnxruntime}/win32/!(\${arch})/**`,
      '!node_modules/@img/sharp-wasm32/**',
    ),
  },
  nsis: {
    oneClick: false,
    perMachine: false,
    allowToChangeInstallationDirectory: true,
    // File associations of electron-builder's would make Zoetrope the program that opens every photograph; this offers
    // it under "Open with" instead.
    include: 'scripts/package/open-with.nsh',
  },

  mac: {
    target: [
      { target: 'dmg', arch: ['arm64'] }, // ONNX Runtime's package has no Intel Mac
      { target: 'zip', arch: ['arm64'] },
    ],
    icon: 'resources/icon.icns',
    category: 'public.app-category.video',
    fileAssociations: associations, // alternates: offered, not taken
    files: files(
      `!${sqlite}/!(darwin-\${arch})/**`,
      `!${onnxruntime}/{linux,win32}/**`,
      `!${onnxruntime}/darwin/!(\${arch})/**`,
      '!node_modules/@img/sharp-wasm32/**',
    ),
  },

  linux: {
    target: ['AppImage', 'deb', 'tar.gz'],
    icon: 'resources/icons',
    category: 'AudioVideo',
    mimeTypes, // in the desktop entry only: the types themselves are the system's
    synopsis: 'Ask questions about your videos, photographs and 3D scenes',
    maintainer: 'The Zoetrope authors <zoetrope@example.org>',
    executableName: 'zoetrope',
    desktop: { entry: { Keywords: 'video;photo;3D;AI;question;', StartupWMClass: 'Zoetrope' } },
    files: files(
      `!${sqlite}/!(linux-\${arch})/**`,
      `!${onnxruntime}/{darwin,win32}/**`,
      `!${onnxruntime}/linux/!(\${arch})/**`,
      // sharp's native build cannot live beside Electron's GLib: its WebAssembly build takes its place.
      '!node_modules/@img/sharp-linux*/**',
      '!node_modules/@img/sharp-libvips-*/**',
    ),
  },
  deb: {
    recommends: [],
    depends: [
      'libgtk-3-0 | libgtk-3-0t64',
      'libnss3',
      'libasound2 | libasound2t64',
      'libgbm1',
      'libatk-bridge2.0-0 | libatk-bridge2.0-0t64',
      'libnotify4',
      'libxtst6',
      'libsecret-1-0',
      'xdg-utils',
      ...(ships('ffmpeg-static/ffmpeg') ? [] : ['ffmpeg']),
    ],
  },
};
