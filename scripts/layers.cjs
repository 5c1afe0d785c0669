// SPDX-License-Identifier: Apache-2.0
// Import rules for `npm run layers` (dependency-cruiser). Rooms are the folders of src, and bench/src; a room may be
// imported through its index only. Type imports count too.

const pure = ['sequence', 'vision', 'camera'];
const models = ['contract', ...pure, 'network', 'lifetime', 'media', 'model', 'runtime'];

/** For each room, the rooms it may import. A room that is not listed may import none. */
const mayImport = {
  locales: [],
  contract: ['locales'],
  sequence: ['contract'],
  vision: ['contract'],
  camera: ['contract'],
  network: ['contract'],
  lifetime: [],
  media: ['contract', ...pure, 'lifetime'],
  model: ['contract', ...pure, 'network'],
  runtime: ['contract', ...pure, 'model'],
  engine: models,
  runs: ['contract', 'sequence', 'media', 'engine'],
  serve: [...models, 'engine'],
  'engine-process': [...models, 'engine', 'serve'],
  library: ['contract'],
  cli: [...models, 'engine', 'runs', 'serve', 'library'],
  main: ['locales', ...models, 'engine', 'serve', 'library'],
  preload: ['contract'],
  scene: ['contract', 'camera'],
  renderer: ['locales', 'contract', 'sequence', 'camera', 'scene'],
};

/**
 * Inside the larger rooms: for each folder, the folders it may import. Files beside the folders, except the room's
 * index, are the room's lowest layer. A test may import anything in its own room.
 */
const insideMayImport = {
  camera: { planners: [], files: [] },
  scene: {
    files: [],
    validate: ['files'],
    formats: ['files', 'validate'],
    load: ['files', 'validate', 'formats'],
    render: ['formats'],
    viewer: ['files', 'formats', 'load', 'render'],
    capture: ['files', 'validate', 'load', 'render', 'viewer'],
  },
  renderer: {
    i18n: [],
    ui: ['i18n'],
    state: [],
    keys: ['state'],
    tray: ['i18n', 'ui', 'state', 'keys'],
    models: ['i18n', 'ui', 'state'],
    panes: ['i18n', 'ui', 'state', 'keys', 'tray', 'models'],
    app: ['i18n', 'ui', 'state', 'keys', 'tray', 'models', 'panes'],
    'capture-page': [],
  },
};

const benchMayImport = [...models, 'engine', 'library'];

const code = '^(bench/)?src/';
const oneOf = (names) => `(${names.join('|')})`;
const vague = '/(utils?|helpers?|common)(/|\\.)';
const test = '\\.test\\.tsx?$';
const packages = (...names) => `(^|/)node_modules/${oneOf(names)}/|^${oneOf(names)}$`;

module.exports = {
  forbidden: [
    ...Object.entries(mayImport).map(([room, below]) => ({
      name: `${room}-looks-down`,
      comment: `${room} may import ${below.length > 0 ? below.join(', ') : 'no other room'}`,
      severity: 'error',
      from: { path: `^src/${room}/` },
      to: { path: '^src/', pathNot: `^src/${oneOf([room, ...below])}/` },
    })),
    ...Object.entries(insideMayImport).flatMap(([room, folders]) => [
      ...Object.entries(folders).map(([folder, below]) => ({
        name: `${room}-${folder}-looks-down`,
        comment: `In ${room}, ${folder} may import ${below.length > 0 ? below.join(', ') : 'no other folder'}`,
        severity: 'error',
        from: { path: `^src/${room}/${folder}/`, pathNot: test },
        to: { path: `^src/${room}/([^/]+/|index)`, pathNot: `^src/${room}/${oneOf([folder, ...below])}/` },
      })),
      {
        name: `${room}-files-come-first`,
        comment: `In ${room}, a file beside the folders may import none of them, unless it is the index`,
        severity: 'error',
        from: { path: `^src/${room}/[^/]+$`, pathNot: [test, `^src/${room}/(index|main)\\.`] },
        to: { path: `^src/${room}/[^/]+/` },
      },
      {
        name: `${room}-known-folders-only`,
        comment: `A new folder in ${room} needs its place in scripts/layers.cjs`,
        severity: 'error',
        from: { path: `^src/${room}/[^/]+/`, pathNot: `^src/${room}/${oneOf(Object.keys(folders))}/` },
        to: {},
      },
    ]),
    {
      name: 'panes-stand-alone',
      comment: 'A pane knows no other pane, except that a citation in the chat moves the player',
      severity: 'error',
      from: { path: '^src/renderer/panes/([^/]+)/', pathNot: '^src/renderer/panes/chat/use-citations\\.ts$' },
      to: { path: '^src/renderer/panes/', pathNot: '^src/renderer/panes/$1/' },
    },
    {
      name: 'renderer-through-the-index',
      comment: 'A pane, and each folder of the renderer, is entered through its index',
      severity: 'error',
      from: { path: '^src/renderer/(panes/[^/]+|[^/]+)/', pathNot: test },
      to: { path: '^src/renderer/.+/', pathNot: ['^src/renderer/$1/', '^src/renderer/(panes/)?[^/]+/index\\.tsx?$'] },
    },
    {
      name: 'bench-looks-down',
      comment: `bench may import ${benchMayImport.join(', ')}`,
      severity: 'error',
      from: { path: '^bench/src/' },
      to: { path: '^src/', pathNot: `^src/${oneOf(benchMayImport)}/` },
    },
    {
      name: 'only-the-command-line-runs-bench',
      comment: 'Nothing of the product needs a benchmark: only the commands that start one import bench',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/(bench[^/]*|subject)\\.ts$' },
      to: { path: '^bench/' },
    },
    {
      name: 'known-rooms-only',
      comment: 'A new folder in src needs its place in scripts/layers.cjs',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/${oneOf(Object.keys(mayImport))}/` },
      to: {},
    },
    {
      name: 'through-the-index',
      comment: "A room's insides are its own: import its index",
      severity: 'error',
      from: { path: '^(src/[^/]+|bench/src)/' },
      to: {
        path: '^(src/[^/]+|bench/src)/.',
        pathNot: ['^$1/', '^(src/[^/]+|bench/src)/index\\.tsx?$'],
      },
    },
    {
      name: 'electron-in-two-rooms',
      comment: 'Only main and preload know Electron; everything else also runs in plain Node or in a page',
      severity: 'error',
      from: { path: code, pathNot: '^src/(main|preload)/' },
      to: { path: packages('electron') },
    },
    {
      name: 'no-node-in-pure-rooms',
      comment: 'contract, sequence, vision and camera run anywhere, scene and the renderer in a sandbox',
      severity: 'error',
      from: { path: `^src/${oneOf(['locales', 'contract', ...pure, 'scene', 'renderer', 'preload'])}/`, pathNot: test },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'one-room-calls-onnxruntime',
      comment: 'ONNX Runtime is called in runtime, and nowhere else',
      severity: 'error',
      from: { path: code, pathNot: ['^src/runtime/', test] },
      to: { path: packages('onnxruntime-node', 'onnxruntime-common', 'koffi') },
    },
    {
      name: 'one-room-touches-the-network',
      comment:
        'Servers are reached in engine/server, hubs in model/hub, and nowhere else; ESLint says the same of fetch',
      severity: 'error',
      from: { path: code, pathNot: ['^src/network/', '^src/engine/server/', '^src/model/hub/', '^src/serve/', test] },
      to: {
        path: [
          packages('undici', 'openai', 'ws', 'axios', '@modelcontextprotocol'),
          '^(node:)?(http|https|http2|net|tls|dgram)$',
        ],
      },
    },
    {
      name: 'serve-only-listens',
      comment: 'serve answers others over node:http and reaches nobody; ESLint refuses what node:http has for clients',
      severity: 'error',
      from: { path: '^src/serve/', pathNot: test },
      to: {
        path: [
          packages('undici', 'openai', 'ws', 'axios', '@modelcontextprotocol/client'),
          '^(node:)?(https|http2|net|tls|dgram)$',
        ],
      },
    },
    {
      name: 'servers-through-the-index',
      comment: 'engine/server is entered through its index',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/server/' },
      to: { path: '^src/engine/server/', pathNot: '^src/engine/server/index\\.ts$' },
    },
    {
      name: 'test-servers-in-tests',
      comment: 'The servers that tests start are no part of the product',
      severity: 'error',
      from: { path: code, pathNot: [test, '^src/(engine/server|serve)/test-'] },
      to: { path: '^src/(engine/server|serve)/test-' },
    },
    {
      name: 'one-room-calls-sqlite',
      comment: 'SQLite is called in library, and nowhere else',
      severity: 'error',
      from: { path: code, pathNot: '^src/library/' },
      to: { path: packages('@photostructure/sqlite') },
    },
    {
      name: 'no-tests-in-the-product',
      comment: 'A test is imported by nothing',
      severity: 'error',
      from: { path: code, pathNot: test },
      to: { path: test },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that import each other are one file',
      severity: 'error',
      from: { path: code },
      to: { circular: true },
    },
    ...[
      ['plain-names', { path: vague, pathNot: 'node_modules' }, {}],
      ['plain-names-imported', { path: code }, { path: vague, pathNot: 'node_modules' }],
      ['plain-names-alone', { path: vague, orphan: true }, {}],
    ].map(([name, from, to]) => ({
      name,
      comment: 'utils, helpers and common say nothing: name the file after what it does',
      severity: 'error',
      from,
      to,
    })),
    {
      name: 'everything-is-found',
      comment: 'An import that leads nowhere, or to a package that package.json does not name',
      severity: 'error',
      from: { path: code },
      to: { couldNotResolve: true, pathNot: '\\?' }, // Vite's own syntax: './file?url'
    },
  ],
  options: {
    tsPreCompilationDeps: true, // types count
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/golden/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
