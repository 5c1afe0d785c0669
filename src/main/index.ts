// SPDX-License-Identifier: Apache-2.0
import { app, dialog } from 'electron';
import { join } from 'node:path';
import { errorIn, languageOf, toErrorInfo } from '../contract';
import { CAPTURE_SWITCH, runCaptureJob } from './capture-job';
import { logError } from './log';
import { FilesToOpen } from './files-to-open';
import { registerSchemes } from './schemes';
import { closeNames, confine } from './security';
import { startApp, tellTerminal } from './start-app';

const pagesFolder = join(import.meta.dirname, '../renderer');

registerSchemes();
closeNames();
app.disableDomainBlockingFor3DAPIs(); // so that views can be tried again after the graphics process has crashed
app.on('web-contents-created', (_event, contents) => confine(contents));

const files = new FilesToOpen();

const captureJob = app.commandLine.getSwitchValue(CAPTURE_SWITCH);
// Not a top-level await, because Electron waits for this module before it becomes ready.
if (captureJob !== '')
  app
    .whenReady()
    .then(() => runCaptureJob(captureJob, pagesFolder))
    .catch(giveUp);
else if (app.requestSingleInstanceLock()) {
  app
    .whenReady()
    .then(() => startApp(pagesFolder, files))
    .catch((error: unknown) => {
      const { message, advice } = errorIn(toErrorInfo(error), languageOf('system', app.getLocale()));
      dialog.showErrorBox('Zoetrope', `${message}\n${advice}`);
      giveUp(error);
    });
} else {
  tellTerminal(
    'Zoetrope is running already: its window comes to the front and opens what was named. This start is over.',
  );
  app.quit(); // the running instance receives the files to open
}

function giveUp(error: unknown): void {
  logError('start', toErrorInfo(error));
  app.exit(1);
}
