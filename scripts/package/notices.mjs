// SPDX-License-Identifier: Apache-2.0
// Writes out/NOTICES.txt: the licences of Zoetrope and of all third-party software in it. The menu item "Licences"
// opens it.
import fs from 'node:fs';
import { inRoot } from '../prepare/paths.mjs';
import { shippedPackages } from './shipped.mjs';

export const noticesFile = inRoot('out/NOTICES.txt');

const rule = '='.repeat(100);

/** Needs a build. */
export async function writeNotices() {
  const { default: licences } = await import('spdx-license-list/full.js'); // not there before the packages are installed
  const packages = shippedPackages();
  const sections = packages.map(({ name, version, licence, home, texts }) =>
    [
      rule,
      `${name} ${version}: ${licence}`,
      ...(home ? [home] : []),
      '',
      ...(texts.length > 0 ? texts : standardTexts(licence, licences)),
    ].join('\n'),
  );
  fs.writeFileSync(noticesFile, [head(packages.length), ...sections].join('\n\n') + '\n');
}

const head = (count) => `Zoetrope
${rule}

${fs.readFileSync(inRoot('LICENSE'), 'utf8').trim()}

What comes with it
${rule}

- Electron (MIT) and Chromium (many licences): LICENSE.electron.txt and LICENSES.chromium.html beside the program.
- ffmpeg, a program of its own that Zoetrope starts: GPL-3.0-or-later where a package brings it (ffmpeg-static's builds);
  its sources are named at https://github.com/eugeneware/ffmpeg-static.
- Inside three: decoders by Google (Draco, Apache-2.0), Binomial (Basis Universal, Apache-2.0), Arseny Kapoulkine
  (meshoptimizer, MIT), Don McCurdy (ktx-parse, MIT; zstddec, MIT, with Zstandard by Facebook, BSD-3-Clause).
- Inside @modelcontextprotocol/server: Ajv, ajv-formats, fast-deep-equal and json-schema-traverse by Evgeny Poberezkin
  (MIT), fast-uri by Gary Court and the Fastify team (BSD-3-Clause).
- The bundled model: Zoetrope's own, Apache-2.0. The samples: models and terms in resources/samples/README.md; film.mp4 is
  (c) copyright 2008, Blender Foundation, www.bigbuckbunny.org, CC BY 3.0.
- ${count} packages, each with its terms below.`;

/** Standard licence texts for a package that names its licence but includes no text. */
function standardTexts(expression, licences) {
  const known = (expression.match(/[\w.+-]+/g) ?? []).filter((id) => licences[id]);
  if (known.length === 0) throw new Error(`No text is known for the licence "${expression}".`);
  return [
    '(The package brings no text of its own; this is the standard one.)',
    '',
    ...known.map((id) => licences[id].licenseText.trim()),
  ];
}
