// SPDX-License-Identifier: Apache-2.0
// Uses the window without pauses, from inside the main process: loaded by soak.long.ts through NODE_OPTIONS. A
// debugger, such as the one that Playwright attaches, keeps every response that the page loads, which would distort the
// memory measured.
process.nextTick(() => {
  if (process.type !== 'browser') return; // the app's other processes take NODE_OPTIONS too
  const { app } = require('electron');
  const { readFileSync } = require('node:fs');
  const { minutes, rounds, samples } = JSON.parse(process.env.ZOETROPE_SOAK);

  const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

  /** Megabytes that belong to one process alone; on Linux only. */
  function own(pid) {
    try {
      const text = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1');
      return Math.round(
        [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].reduce((sum, [, kB]) => sum + Number(kB), 0) /
          1000,
      );
    } catch {
      return null;
    }
  }

  app.on('browser-window-created', (_event, { webContents }) => {
    const page = (code) => webContents.executeJavaScript(`(async () => { ${code} })()`, true);
    const until = async (condition, patience = 120_000) => {
      for (const end = Date.now() + patience; Date.now() < end; await sleep(100))
        if (await page(`return Boolean(${condition})`)) return;
      throw new Error(
        `never came: ${condition}; the page says: ${await page('return document.body.innerText.slice(0, 500)')}`,
      );
    };
    const find = (id) => `document.querySelector('[data-testid="${id}"]:not([disabled])')`;
    const press = async (id) => {
      await until(find(id));
      await page(`${find(id)}.click()`);
    };
    const newProject = async () => {
      const { project } = await page('return (await window.zoetrope["app.state"]()).value');
      for (const type of ['keyDown', 'keyUp'])
        webContents.sendInputEvent({ type, keyCode: 'N', modifiers: ['control'] });
      await until(
        `(await window.zoetrope["app.state"]()).value.project.id !== ${JSON.stringify(project.id)} && ${find('sample-clip')}`,
      );
    };
    const round = async () => {
      for (const { id, take } of samples) {
        await newProject();
        await press(`sample-${id}`);
        if (take) await press(take);
        await until(`${find('tray-item')} && !${find('capture-cancel')}`);
        await page(`${find('composer')}.focus()`);
        await webContents.insertText('What is there?');
        webContents.sendInputEvent({ type: 'keyDown', keyCode: 'Return' });
        webContents.sendInputEvent({ type: 'keyUp', keyCode: 'Return' });
        await until(`document.querySelector('[data-testid=answer]:not([data-status=streaming])')`);
      }
      await newProject();
    };
    const weigh = () => {
      const processes = app
        .getAppMetrics()
        .map(({ pid, type, name, serviceName }) => [
          type === 'Tab' ? 'page' : type === 'Browser' ? 'main' : (name ?? serviceName ?? type),
          own(pid),
        ]);
      return Object.fromEntries(processes);
    };
    const run = async () => {
      await until(`${find('library')} && (await window.zoetrope["app.state"]()).value.engine.state === 'ready'`);
      const end = Date.now() + minutes * 60_000;
      for (let done = 0; done < rounds || Date.now() < end; done++) {
        await round();
        await sleep(4000);
        console.log(`SOAK ${JSON.stringify(weigh())}`);
      }
    };
    webContents.once('did-finish-load', () => {
      run().then(
        () => app.exit(0),
        (error) => {
          console.log(`SOAK-FAILED ${error.stack}`);
          app.exit(1);
        },
      );
    });
  });
});
