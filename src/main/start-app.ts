// SPDX-License-Identifier: Apache-2.0
import { app, nativeTheme, shell, type BrowserWindow } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  languageOf,
  say,
  toErrorInfo,
  ZoetropeError,
  type ErrorInfo,
  type Language,
  type Sentence,
  type Settings,
} from '../contract';
import { Devices } from '../engine';
import { sweepTemporary } from '../lifetime';
import { ModelFolders, settleMove } from '../model';
import {
  appCalls,
  conversationCalls,
  exportCalls,
  hubCalls,
  modelCalls,
  OpenedProjectFiles,
  projectCalls,
  projectFileCalls,
  serverCalls,
  servingCalls,
  sourceCalls,
} from './calls';
import { Conversation } from './conversation';
import { CurrentProject } from './current-project';
import { OpenDialogs } from './dialogs';
import { engineNotices } from './engine-notices';
import { EngineSupervisor } from './engine-supervisor';
import { Exporter } from './export';
import { ViewExporter } from './export-views';
import type { FilesToOpen } from './files-to-open';
import { HappenedRecord } from './happened';
import { keepLibrary } from './keep-library';
import { Keys } from './keys';
import { log } from './log';
import { setMenu } from './menu';
import { ModelChoice } from './model-choice';
import { watchPage } from './page-watch';
import { savePasted } from './pasted';
import { Previews } from './previews';
import { SourceThumbnails } from './source-thumbnails';
import { notify, serve } from './router';
import { Samples } from './samples';
import { Servers } from './servers';
import { ServingSwitch } from './serving';
import { sceneFilePath } from './scene-files';
import { serveSchemes } from './schemes';
import { closeNetwork, pageUrl } from './security';
import { runSmoke, SMOKE_SWITCH } from './smoke';
import { chooseStart } from './start-choice';
import { StartRecord } from './start-record';
import { startTrials } from './trials';
import { createMainWindow } from './windows';

const bundled = app.isPackaged ? process.resourcesPath : app.getAppPath();

/** A flag in the query of the page: it asks how to start. */
const CHOOSE_START = 'choose-start';
/** A start counts as successful after this many milliseconds. */
const GOOD_AFTER = 10_000;

/** Prints a line, if the app was started from a terminal that shows its output. */
export function tellTerminal(line: string): void {
  if (process.env['ZOETROPE_TELLS'] !== undefined) process.stdout.write(`${line}\n`);
}

const answersNow = (model: string): ErrorInfo =>
  new ZoetropeError(
    'cancelled',
    say`The model "${model}" answers from now on.`,
    say`Settings, Model, leads back to the bundled one.`,
  ).toInfo();

/** Opens the library, starts the engine, shows the window and answers its calls. */
export async function startApp(pagesFolder: string, files: FilesToOpen): Promise<void> {
  closeNetwork();
  const userData = app.getPath('userData');
  const pictures = join(userData, 'pictures');
  const pictureFile = (name: string): string => join(pictures, `${name}.png`);
  mkdirSync(pictures, { recursive: true });
  void sweepTemporary();
  serveSchemes(pagesFolder, {
    pictureFile,
    // Any project: the library contains only files that the user opened.
    sourceFile: (id) => library.source(id)?.path,
    sceneFile: async (id, name) => {
      const source = library.source(id);
      return source && (await sceneFilePath(source, name));
    },
    previewFile: (id) => previews.file(id),
    thumbnail: (id) => thumbnails.of(id),
  });
  // Must happen before anything is opened that may have ended the last starts.
  const starts = new StartRecord(join(userData, 'start.json'));
  const asked = starts.isBad ? createMainWindow(CHOOSE_START) : undefined;
  const plain = asked !== undefined && (await chooseStart(asked));
  starts.begin();

  /** The app's only window. Undefined while the app starts or quits. */
  let ourWindow: BrowserWindow | undefined = asked;
  const mainWindow = (): BrowserWindow | undefined => (ourWindow?.isDestroyed() ? undefined : ourWindow);
  const page = (): Electron.WebContents | undefined => mainWindow()?.webContents;
  const { library, notices } = keepLibrary(join(userData, 'library.sqlite'), (error) =>
    notify(page(), 'app.notice', { level: 'warning', error }),
  );
  const language = (): Language => languageOf(library.settings().language, app.getLocale());
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

  const bundledModel = join(bundled, 'models', 'starter');
  const engine = new EngineSupervisor(
    pictures,
    join(userData, 'previews'),
    bundledModel,
    new Devices(join(userData, 'devices.json'), startTrials, app.getVersion()),
    () => library.settings(),
    engineNotices(page, library, trouble, (status) => serving.onEngine(status)),
  );
  const serving = new ServingSwitch(userData, library, engine, app.getVersion(), (state) =>
    notify(page(), 'serving.changed', state),
  );
  engine.start();
  const project = new CurrentProject(library, language, plain);
  const dialogs = new OpenDialogs(mainWindow, language);
  const servers = new Servers(userData, engine, (host, encrypted) => dialogs.mayLeave(host, encrypted));
  const conversation = new Conversation(library, engine, servers, project);
  const previews = new Previews(project, engine);
  const thumbnails = new SourceThumbnails(project, engine);
  /** Notices for the page, sent when it is loaded. */
  const toSay: ZoetropeError[] = [];
  let listens = false;
  const tell = (error: ZoetropeError): void => {
    if (listens) notify(page(), 'app.notice', { level: 'warning', error: error.toInfo() });
    else toSay.push(error);
  };
  const folders = ModelFolders.of(userData);
  const models = new ModelChoice(library, engine, bundledModel, folders, (error) => tell(ZoetropeError.from(error)));
  // A failure to load is shown by the engine's status.
  void settleMove(folders)
    .catch((error: unknown) => log('models', String(error)))
    .then(() => models.load())
    .catch(() => undefined);

  const applySettings = ({ theme, language, keys }: Settings): void => {
    nativeTheme.themeSource = theme;
    setMenu({ language, keys }, (command) => notify(page(), 'menu.command', { command }));
  };
  applySettings(library.settings());

  if (plain)
    toSay.push(
      new ZoetropeError(
        'cancelled',
        say`Started with a new project and the bundled model.`,
        say`Nothing was deleted: your projects are in the list at the top, and models in Settings.`,
      ),
    );

  const samples = new Samples(join(bundled, app.isPackaged ? 'samples' : 'resources/samples'));
  const projectFiles = new OpenedProjectFiles();
  let lastWritten: string | undefined;
  const written = (path: string): void => void (lastWritten = path);
  const calls = {
    ...appCalls({
      facts: { version: app.getVersion(), platform: process.platform, locale: app.getLocale() },
      ...{ library, project, engine, models, samples, servers, happened, page, bundled, applySettings },
      tellNews: () => {
        listens = true;
        const news = [...notices(), ...toSay.splice(0).map((error) => error.toInfo())];
        for (const error of news) notify(page(), 'app.notice', { level: 'warning', error });
      },
    }),
    ...projectCalls(library, project, conversation),
    ...sourceCalls({
      reveal: (file) => shell.showItemInFolder(file),
      pasted: (bytes) => savePasted(join(app.getPath('userData'), 'pasted'), bytes),
      library,
      project,
      engine,
      dialogs,
      samples,
      projectFiles,
      openModel: (folder) =>
        void models.choose(folder).then(
          ({ name }) => notify(page(), 'app.notice', { level: 'info', error: answersNow(name) }),
          (error: unknown) => {
            const info = toErrorInfo(error);
            if (info.code !== 'cancelled') notify(page(), 'app.notice', { level: 'warning', error: info });
          },
        ),
      onActivate: () => opened(),
    }),
    ...projectFileCalls({
      library,
      project,
      engine,
      dialogs,
      opened: projectFiles,
      version: app.getVersion(),
      pictureFile,
      onWritten: written,
    }),
    ...previews.calls,
    ...conversationCalls(library, project, conversation),
    ...exportCalls(
      project,
      engine,
      new Exporter(engine, mainWindow, language, pictureFile, written),
      new ViewExporter(engine, mainWindow, language, written),
      () => lastWritten !== undefined && shell.showItemInFolder(lastWritten),
    ),
    ...modelCalls(models, dialogs),
    ...hubCalls(engine, models, folders, library, new Keys(userData), dialogs, (path) => shell.showItemInFolder(path)),
    ...serverCalls(servers, library, project),
    ...servingCalls(serving, dialogs),
  };
  serve(['window', 'scene', 'preload'], { handlers: calls, page, engine, fileOf: (id) => project.fileOf(id) });

  const window = (ourWindow = asked ?? createMainWindow());
  tellTerminal('The window is open. Ctrl+C or closing it ends Zoetrope.');
  if (asked) void window.loadURL(pageUrl('index.html'));
  const opened = watchPage(window, {
    language,
    onTrouble: trouble,
    onReload: (soon) => {
      if (!soon || project.read().activeSource === null) return;
      library.setActiveSource(project.id, null);
      toSay.push(
        new ZoetropeError(
          'cancelled',
          say`The window stopped soon after a file was shown, so it was not shown again.`,
          say`The file and your work are kept. Choose it in the library to try once more.`,
        ),
      );
    },
  });
  const openFiles = async (paths: string[]): Promise<void> => {
    if (paths.length === 0) return;
    const { project, refused } = await calls['source.add']({ paths });
    notify(page(), 'project.changed', project);
    for (const { error } of refused) notify(page(), 'app.notice', { level: 'warning', error });
  };
  window.webContents.once('did-finish-load', () => {
    setTimeout(() => starts.wentWell(), GOOD_AFTER);
    files.openWith((paths) => void openFiles(paths));
  });
  app.on('second-instance', () => {
    window.show();
    window.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', () => {
    starts.wentWell();
    conversation.drop();
    engine.close();
    library.close();
  });
  if (app.commandLine.hasSwitch(SMOKE_SWITCH)) void runSmoke(window, { calls, project, engine });
}
