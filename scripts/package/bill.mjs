// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { runNpm } from '../prepare/node-modules.mjs';
import { inRoot } from '../prepare/paths.mjs';
import { shippedPackages } from './shipped.mjs';

/**
 * The software bill of materials. npm lists the packages, their hashes and dependencies; this keeps those that are
 * shipped and adds what is not a package. Needs a build.
 * @param {object} versions
 * @param {string} versions.electron
 * @param {string} [versions.ffmpeg] if it comes from a package
 */
export async function softwareBill({ electron, ffmpeg }) {
  const lines = [];
  await runNpm(['sbom', '--sbom-format', 'cyclonedx'], { what: 'npm sbom', onLine: (line) => lines.push(line) });
  const bill = JSON.parse(/^\{$[^]*^\}$/m.exec(lines.join('\n'))[0]); // npm prints warnings around it
  const shipped = new Map(shippedPackages().map((entry) => [`${entry.name}@${entry.version}`, entry]));
  const components = bill.components.filter((component) => shipped.has(component['bom-ref'])).map(withoutPlaces);
  const added = [
    program('electron', electron, 'MIT', 'https://www.electronjs.org'),
    ...(ffmpeg === undefined ? [] : [program('ffmpeg', ffmpeg, 'GPL-3.0-or-later', 'https://ffmpeg.org')]),
    model(),
  ];
  const refs = new Set([...components, ...added].map((component) => component['bom-ref']));
  const root = bill.metadata.component['bom-ref'];
  return {
    ...bill,
    metadata: {
      ...bill.metadata,
      component: { ...withoutPlaces(bill.metadata.component), type: 'application', name: 'zoetrope' },
    },
    components: [...components, ...added],
    dependencies: [
      ...bill.dependencies
        .filter(({ ref }) => ref !== root && refs.has(ref))
        .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter((other) => refs.has(other)) })),
      { ref: root, dependsOn: [...refs] },
    ],
  };
}

/** Removes paths of this checkout and the addresses packages were downloaded from. */
function withoutPlaces(component) {
  const references = component.externalReferences?.filter(({ type }) => type !== 'distribution');
  return { ...component, properties: undefined, externalReferences: references?.length ? references : undefined };
}

const program = (name, version, licence, website) => ({
  'bom-ref': `${name}@${version}`,
  type: 'application',
  name,
  version,
  scope: 'required',
  licenses: [{ license: { id: licence } }],
  externalReferences: [{ type: 'website', url: website }],
});

/** The bundled model: its weights by hash. */
function model() {
  const weights = fs.readdirSync(inRoot('models/starter')).find((name) => name.endsWith('.safetensors'));
  const content = createHash('sha256')
    .update(fs.readFileSync(inRoot('models/starter', weights)))
    .digest('hex');
  return {
    'bom-ref': 'zoetrope-starter',
    type: 'machine-learning-model',
    name: 'zoetrope-starter',
    version: content.slice(0, 12),
    hashes: [{ alg: 'SHA-256', content }],
    licenses: [{ license: { id: 'Apache-2.0' } }],
  };
}
