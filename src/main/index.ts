import { app, dialog, nativeTheme, type BrowserWindow } from 'electron';
import { mkdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import {
  DEVICE_NAMES,
  errorIn,
  languageOf,
  say,
  SCENE_EXTENSIONS,
  toErrorInfo,
  ZoetropeError,
  type AppState,
  type Language,
  type Sentence,
  type Settings,
} from '../contract';
import { Devices } from '../engine';
import { CAPTURE_SWITCH, runCaptureJob } from './capture-job';
import { sweepTemporary } from '../lifetime';
import { EngineSupervisor } from './engine-supervisor';
import { Exporter } from './export';
import { HappenedRecord } from './happened';
import { ViewExporter } from './export-views';
import { notify, serveCalls, serveStreams } from './ipc';
import { keepLibrary } from './keep-library';
import { openLink } from './links';
import { log, logError } from './log';
import { setMenu } from './menu';
import { watchPage } from './page-watch';
import { Samples } from './samples';
import { registerSchemes, serveSchemes } from './schemes';
import { closeNames, closeNetwork, confine, pageUrl } from './security';
import { runSmoke, SMOKE_SWITCH } from './smoke';
import { chooseStart } from './start-choice';
import { StartRecord } from './start-record';
import { startTrials } from './trials';
import { createMainWindow, pageMemory } from './windows';
import { Workspace } from './workspace';

const pagesFolder = join(import.meta.dirname, '../renderer');
const bundled = app.isPackaged ? process.resourcesPath : app.getAppPath();

const WORDS = {
  en: { media: 'Videos, pictures and scenes', all: 'All files' },
  zh: { media: '视频、图片和三维场景', all: '所有文件' },
};

/** In the query of a page that asks how to start. */
const CHOOSE_START = 'choose-start';
/** A start that has run for so many milliseconds has gone well. */
const GOOD_AFTER = 10_000;

/** Files the user may open, for the dialog; what is really inside is looked at when they are added. */
const fileFilters = (language: Language): Electron.FileFilter[] => [
  {
    name: WORDS[language].media,
    extensions: [
      'mp4',
      'mov',
      'm4v',
      'mkv',
      'webm',
      'avi',
      'ts',
      'mts',
      'mpg',
      'mpeg',
      'wmv',
      'flv',
      'gif',
      'jpg',
      'jpeg',
      'png',
      'webp',
      'avif',
      'bmp',
      'heic',
      'tif',
      'tiff',
      ...SCENE_EXTENSIONS,
      'mtl',
      'bin',
    ],
  },
  { name: WORDS[language].all, extensions: ['*'] },
];

registerSchemes();
closeNames();
app.disableDomainBlockingFor3DAPIs(); // after a crash of the graphics process views can be tried again
app.on('web-contents-created', (_event, contents) => confine(contents));

/** Files the system asked to open, on macOS before the app is ready, until the window can take them. */
const early: string[] = [];
let openFile = (path: string): void => void early.push(path);
app.on('open-file', (event, path) => {
  event.preventDefault();
  openFile(path);
});

const captureJob = app.commandLine.getSwitchValue(CAPTURE_SWITCH);
// Not a top-level await: Electron waits for this module before it becomes ready.
if (captureJob !== '')
  app
    .whenReady()
    .then(() => runCaptureJob(captureJob, pagesFolder))
    .catch(giveUp);
else if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(startApp)
    .catch((error: unknown) => {
      const { message, advice } = errorIn(toErrorInfo(error), languageOf('system', app.getLocale()));
      dialog.showErrorBox('Zoetrope', `${message}\n${advice}`);
      giveUp(error);
    });
} else {
  tellTerminal(
    'Zoetrope is running already: its window comes to the front and opens what was named. This start is over.',
  );
  app.quit(); // the running instance is told which files to open
}

/** Where the app was started from a terminal that reads along. */
function tellTerminal(line: string): void {
  if (process.env['ZOETROPE_TELLS'] !== undefined) process.stdout.write(`${line}\n`);
}

function giveUp(error: unknown): void {
  logError('start', toErrorInfo(error));
  app.exit(1);
}

async function startApp(): Promise<void> {
  closeNetwork();
  const userData = app.getPath('userData');
  const pictures = join(userData, 'pictures');
  mkdirSync(pictures, { recursive: true });
  void sweepTemporary();
  serveSchemes(pagesFolder, {
    pictureFile: (name) => join(pictures, `${name}.png`),
    sourceFile: (id) => workspace.sourceFile(id),
    sceneFile: (id, name) => workspace.sceneFile(id, name),
    previewFile: (id) => workspace.previewFile(id),
  });
  // Before anything is opened that may have ended the last starts.
  const starts = new StartRecord(join(userData, 'start.json'));
  const asked = starts.isBad ? createMainWindow(CHOOSE_START) : undefined;
  const plain = asked !== undefined && (await chooseStart(asked));
  starts.begin();

  const bundledModel = join(bundled, 'models', 'starter');

  /** The app has one window; while it starts or quits, none. */
  let ourWindow: BrowserWindow | undefined = asked;
  const mainWindow = (): BrowserWindow | undefined => (ourWindow?.isDestroyed() ? undefined : ourWindow);
  const page = (): Electron.WebContents | undefined => mainWindow()?.webContents;
  const { library, notices } = keepLibrary(join(userData, 'library.sqlite'), (error) =>
    notify(page(), 'app.notice', { level: 'warning', error }),
  );
  const engine = new EngineSupervisor(
    pictures,
    join(userData, 'previews'),
    bundledModel,
    new Devices(join(userData, 'devices.json'), startTrials, app.getVersion()),
    () => library.settings(),
    {
      status: (status) => notify(page(), 'engine.status', status),
      crash: (reason) => {
        trouble(reason);
        notify(page(), 'app.notice', {
          level: 'warning',
          error: new ZoetropeError(
            'engine-crashed',
            say`${reason} It is being started again.`,
            say`Your conversation is kept. Ask again in a moment.`,
          ).toInfo(),
        });
      },
      replaced: (folder, by) => {
        if (library.get('modelFolder') === folder) library.set('modelFolder', by); // at the next start too
        const name = basename(folder);
        notify(page(), 'app.notice', {
          level: 'warning',
          error: new ZoetropeError(
            'engine-crashed',
            say`The model "${name}" stopped the model engine, so another one answers now.`,
            say`Your conversation is kept. To try "${name}" again, choose it in Settings.`,
          ).toInfo(),
        });
      },
      fallBack: (device) =>
        notify(page(), 'app.notice', {
          level: 'warning',
          error: new ZoetropeError(
            'device-failed',
            say`${DEVICE_NAMES[device]} failed, so the processor answers from now on.`,
            say`Nothing was lost. It can be tried again in Settings.`,
          ).toInfo(),
        }),
    },
  );
  const happened = new HappenedRecord(library, () => engine.status);
  const trouble = (what: Sentence): void => {
    happened.add(what);
    starts.troubled();
  };
  app.on('child-process-gone', (_event, { type, reason }) => {
    if (type !== 'GPU' || reason === 'clean-exit') return;
    log('graphics', `process gone: ${reason}`);
    trouble(say`The graphics process stopped.`);
  });
  engine.start();
  const samples = new Samples(join(bundled, app.isPackaged ? 'samples' : 'resources/samples'));
  const language = (): Language => languageOf(library.settings().language, app.getLocale());
  const workspace = new Workspace(library, engine, samples, bundledModel, language, plain);
  const exporter = new Exporter(engine, mainWindow, language, (name) => join(pictures, `${name}.png`));
  const viewExporter = new ViewExporter(engine, mainWindow, language);
  // A model that cannot be loaded is shown by the engine's status.
  workspace.loadModel().catch(() => undefined);

  const applySettings = ({ theme, language, keys }: Settings): void => {
    nativeTheme.themeSource = theme;
    setMenu({ language, keys }, (command) => notify(page(), 'menu.command', { command }));
  };
  applySettings(library.settings());

  /** What the page is told once it is there. */
  const toSay: ZoetropeError[] = [];
  if (plain)
    toSay.push(
      new ZoetropeError(
        'cancelled',
        say`Started with a new project and the bundled model.`,
        say`Nothing was deleted: your projects are in the list at the top, and models in Settings.`,
      ),
    );

  const state = (): AppState => ({
    version: app.getVersion(),
    platform: process.platform,
    locale: app.getLocale(),
    project: workspace.project,
    settings: library.settings(),
    keeps: library.keeps,
    samples: samples.list,
    engine: engine.status,
  });
  const pick = async (options: Electron.OpenDialogOptions): Promise<string[]> => {
    const parent = mainWindow();
    const result = parent ? await dialog.showOpenDialog(parent, options) : await dialog.showOpenDialog(options);
    return result.canceled ? [] : result.filePaths;
  };

  let opened = (): void => undefined;
  serveCalls(
    {
      'app.state': () => {
        for (const error of notices()) notify(page(), 'app.notice', { level: 'warning', error });
        for (const error of toSay.splice(0)) notify(page(), 'app.notice', { level: 'warning', error: error.toInfo() });
        return state();
      },
      'settings.set': (settings) => {
        const before = library.settings();
        library.setSettings(settings);
        applySettings(settings);
        // How these go is shown by the engine's status.
        if ((['device', 'precision', 'threads'] as const).some((key) => settings[key] !== before[key]))
          workspace.loadModel().catch(() => undefined);
        else engine.call('memory.limit', settings.memory).catch(() => undefined);
        return settings;
      },
      'library.backups': () => library.backups(),
      'library.backup': () => {
        library.backUp();
        return library.backups();
      },
      'library.restore': ({ backup }) => workspace.restoreLibrary(backup),
      'project.list': () => library.listProjects(),
      'project.create': ({ name }) => workspace.createProject(name),
      'project.open': ({ project }) => workspace.openProject(project),
      'project.putBack': () => workspace.putBack(),
      'project.rename': ({ name }) => workspace.renameProject(name),
      'source.pick': async () =>
        workspace.addFiles(
          await pick({ properties: ['openFile', 'multiSelections'], filters: fileFilters(language()) }),
        ),
      'source.pickFolder': async () => workspace.addFiles(await pick({ properties: ['openDirectory'] })),
      'source.add': ({ paths }) => workspace.addFiles(paths),
      'source.addSample': ({ sample }) => workspace.addSample(sample),
      'source.remove': ({ source }) => workspace.removeSource(source),
      'source.activate': ({ source }) => {
        opened();
        workspace.activateSource(source);
      },
      'source.locate': async ({ source }) => {
        const [path] = await pick({ properties: [workspace.isFolder(source) ? 'openDirectory' : 'openFile'] });
        return path === undefined ? workspace.project : workspace.relocateSource(source, path);
      },
      'scene.files': ({ source }) => workspace.sceneFiles(source),
      'scene.memory': () => pageMemory(page()),
      'scene.addFiles': async ({ source }) =>
        workspace.addSceneFiles(source, await pick({ properties: ['openFile', 'multiSelections'] })),
      'tray.set': ({ items }) => workspace.setTray(items),
      'video.segments': ({ source, segments }) => workspace.setSegments(source, segments),
      'scene.setup': ({ source, setup }) => workspace.setSetup(source, setup),
      'video.setup': ({ source, setup }) => workspace.setVideoSetup(source, setup),
      'subtitles.pick': async ({ source }) => {
        const [path] = await pick({
          properties: ['openFile'],
          filters: [{ name: 'SubRip, WebVTT', extensions: ['srt', 'vtt'] }],
        });
        return path === undefined ? workspace.project : workspace.addSubtitles(source, path);
      },
      'view.add': (capture) => workspace.addView(capture),
      'photo.item': ({ source }) => workspace.photoItem(source),
      'picture.tiles': ({ item }) => workspace.tiles(item),
      'conversation.measure': (question) => workspace.measure(question),
      'conversation.clear': () => workspace.clearConversation(),
      'draft.read': ({ project }) => workspace.draft(project),
      'draft.write': ({ project, draft }) => workspace.setDraft(project, draft),
      'export.sheet': ({ png }) => exporter.sheet(png, workspace.project.name),
      'export.passes': ({ ticket, item, passes, depthUnit }) => viewExporter.add(ticket, item, passes, depthUnit),
      'export.viewsEnd': ({ ticket, about }) => viewExporter.end(ticket, about),
      'export.command': ({ items }) => workspace.copyCommand(items),
      'receipt.copy': ({ message }) => workspace.copyReceipt(message),
      'model.pick': async () => {
        const [folder] = await pick({ properties: ['openDirectory'] });
        return folder === undefined ? null : workspace.chooseModel(folder);
      },
      'model.useBundled': () => workspace.chooseModel(null),
      'model.loadAnyway': () => workspace.loadAnyway(),
      'memory.use': () => workspace.memory(),
      'memory.forget': () => workspace.forgetFeatures(),
      'model.tryDevices': () => workspace.tryDevices(),
      'happened.read': () => happened.read(),
      'happened.copy': () => happened.copy(),
      'happened.show': () => happened.show(),
      'app.openLink': ({ link }) => openLink(link, bundled),
    },
    page,
  );
  serveStreams(
    {
      'video.open': ({ source }, emit, signal) => workspace.openVideo(source, emit, signal),
      'video.thumbnails': (request, emit, signal) => workspace.thumbnails(request, emit, signal),
      'video.waveform': ({ source }, _emit, signal) => workspace.waveform(source, signal),
      'video.preview': ({ source, failed }, emit, signal) => workspace.previewVideo(source, failed, emit, signal),
      'video.subtitles': ({ source }, _emit, signal) => workspace.subtitles(source, signal),
      'video.cues': ({ source, track, encoding }, _emit, signal) => workspace.cues(source, track, encoding, signal),
      'video.sample': ({ source, plan }, emit, signal) => workspace.sampleVideo(source, plan, emit, signal),
      'export.pictures': ({ items, format }, emit, signal) => exporter.pictures(items, format, emit, signal),
      'export.conversation': ({ format }, emit, signal) =>
        exporter.conversation(workspace.project, format, emit, signal),
      'export.views': ({ items, passes }, emit, signal) => viewExporter.begin(items, passes, emit, signal),
      'video.frameTimes': ({ source }, _emit, signal) => workspace.frameTimes(source, signal),
      'video.plan': ({ source, plan }, _emit, signal) => workspace.planVideo(source, plan, signal),
      'conversation.ask': (question, emit, signal) => workspace.ask(question, emit, signal),
      'conversation.regenerate': ({ anyway }, emit, signal) => workspace.regenerate(anyway, emit, signal),
    },
    page,
  );

  const openFiles = async (paths: string[]): Promise<void> => {
    if (paths.length === 0) return;
    const { project, refused } = await workspace.addFiles(paths);
    notify(page(), 'project.changed', project);
    for (const { error } of refused) notify(page(), 'app.notice', { level: 'warning', error });
  };

  const window = (ourWindow = asked ?? createMainWindow());
  tellTerminal('The window is open. Ctrl+C or closing it ends Zoetrope.');
  if (asked) void window.loadURL(pageUrl('index.html'));
  opened = watchPage(window, {
    language,
    onTrouble: trouble,
    onReload: (soon) => {
      const { activeSource } = workspace.project;
      if (!soon || activeSource === null) return;
      workspace.activateSource(null);
      toSay.push(
        new ZoetropeError(
          'cancelled',
          say`The window stopped soon after a file was shown, so it was not shown again.`,
          say`The file and your work are kept. Choose it in the library to try once more.`,
        ),
      );
    },
  });
  window.webContents.once('did-finish-load', () => {
    setTimeout(() => starts.wentWell(), GOOD_AFTER);
    openFile = (path) => void openFiles([path]);
    void openFiles([...early, ...filesAmong(process.argv.slice(1), process.cwd())]);
  });
  app.on('second-instance', (_event, argv, cwd) => {
    window.show();
    window.focus();
    void openFiles(filesAmong(argv.slice(1), cwd));
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => {
    starts.wentWell();
    workspace.conversation.leave();
    engine.close();
    library.close();
  });
  if (app.commandLine.hasSwitch(SMOKE_SWITCH)) void runSmoke(window, workspace, engine);
}

/** The arguments that are files, there or not: not switches, and not the app's own folder when started by Electron. */
function filesAmong(argv: readonly string[], cwd: string): string[] {
  return argv
    .filter((arg) => !arg.startsWith('-'))
    .map((arg) => resolve(cwd, arg))
    .filter((path) => path !== app.getAppPath());
}
