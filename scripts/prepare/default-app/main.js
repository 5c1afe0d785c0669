// Runs an unpackaged app: `electron [-r module]... [--switches] folder [its arguments]`. Electron contains such a
// program (default_app.asar); the stand-in Electron lacks it.
import { app } from 'electron/main';
import fs from 'node:fs';
import { Module } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const { folder, modules } = readArguments(process.argv.slice(1));
if (modules.length > 0) Module._preloadModules(modules);
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });

try {
  const home = path.resolve(folder);
  const description = path.join(home, 'package.json');
  if (fs.existsSync(description)) {
    const { name, productName, version, desktopName } = JSON.parse(fs.readFileSync(description, 'utf8'));
    if (version) app.setVersion(version);
    app.name = productName ?? name ?? app.name;
    app.setDesktopName(desktopName ?? `${app.name}.desktop`);
  }
  const entry = Module._resolveFilename(home, null, true);
  app.setAppPath(fs.existsSync(description) ? home : path.dirname(entry));
  await import(pathToFileURL(entry).href);
} catch (error) {
  console.error(error);
  process.exit(1);
}

function readArguments(argv) {
  const modules = [];
  for (let i = 0; i < argv.length; i += 1) {
    const argument = argv[i];
    if (argument === '-v' || argument === '--version') {
      console.log(`v${process.versions.electron}`);
      process.exit(0);
    } else if (argument === '-r' || argument === '--require') {
      modules.push(argv[(i += 1)]);
    } else if (!argument.startsWith('-')) {
      return { folder: argument, modules };
    }
  }
  console.error('usage: electron [-r module] [switches] folder');
  process.exit(1);
}
