// Makes splats.sog, splats.compressed.ply, splats.glb and splats.json (what splat-transform itself reads in them) here:
// a ball of 260 Gaussians with three bands, packed by @playcanvas/splat-transform 2.7.1 (MIT), which has to be installed
// in the folder given: node make_splats.mjs FOLDER
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const here = import.meta.dirname;
const program = path.join(process.argv[2], 'node_modules/@playcanvas/splat-transform/bin/cli.mjs');
const temp = mkdtempSync(path.join(tmpdir(), 'splats-'));
const COUNT = 260; // more than the 256 that one chunk of a compressed PLY holds
const KEPT = [0, 1, 100, 255, 256, 259];
const rest = Array.from({ length: 45 }, (_, k) => `f_rest_${k}`);
const NAMES = [
  'x',
  'y',
  'z',
  'f_dc_0',
  'f_dc_1',
  'f_dc_2',
  ...rest,
  'opacity',
  'scale_0',
  'scale_1',
  'scale_2',
  'rot_0',
  'rot_1',
  'rot_2',
  'rot_3',
];

let state = 1;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};

const rows = Array.from({ length: COUNT }, (_, k) => {
  const y = 1 - (2 * (k + 0.5)) / COUNT;
  const [r, turn] = [Math.sqrt(1 - y * y), k * 2.399963];
  const at = [r * Math.cos(turn), y, r * Math.sin(turn)];
  const colour = at.map((n) => n * 1.4);
  const sides = rest.map(() => (random() - 0.5) * 0.4);
  const spread = [0, 1, 2].map(() => Math.log(0.03 + 0.09 * random()));
  const turned = [0, 1, 2, 3].map(() => random() - 0.5);
  const length = Math.hypot(...turned);
  return [
    ...at.map((n) => 1.5 * n),
    ...colour,
    ...sides,
    5 * random() - 1,
    ...spread,
    ...turned.map((n) => n / length),
  ];
});

const head = `ply\nformat binary_little_endian 1.0\nelement vertex ${COUNT}\n${NAMES.map((name) => `property float ${name}\n`).join('')}end_header\n`;
const source = path.join(temp, 'source.ply');
writeFileSync(source, Buffer.concat([Buffer.from(head), Buffer.from(Float32Array.from(rows.flat()).buffer)]));

/** What the program reads in a file: the values of some splats, as training programs write them. */
function asRead(file) {
  const table = path.join(temp, 'table.ply');
  execFileSync(process.execPath, [program, '-w', file, table], { stdio: 'inherit' });
  const bytes = readFileSync(table);
  const text = bytes.subarray(0, 4096).toString('latin1');
  const begin = text.indexOf('end_header\n') + 11;
  const names = [...text.slice(0, begin).matchAll(/property float (\S+)/g)].map((match) => match[1]);
  const values = (k) => names.map((_, c) => bytes.readFloatLE(begin + 4 * (k * names.length + c)));
  return KEPT.map((k) => ({
    k,
    ...Object.fromEntries(values(k).map((value, c) => [names[c], Number(value.toPrecision(7))])),
  }));
}

const made = { 'splats.sog': [], 'splats.compressed.ply': [], 'splats.glb': [] };
for (const name of Object.keys(made)) {
  const file = path.join(here, name);
  execFileSync(process.execPath, [program, '-w', '-g', 'cpu', source, file], { stdio: 'inherit' });
  made[name] = asRead(name.endsWith('.glb') ? source : file); // it does not read glTF, whose numbers are the source's own
}
writeFileSync(path.join(here, 'splats.json'), `${JSON.stringify(made).replaceAll('{"k"', '\n{"k"')}\n`);
