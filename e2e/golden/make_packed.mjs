/**
 * A bowl with a picture of four colours on it, packed in every way glTF knows. Elsewhere: npm install
 * @gltf-transform/{core,extensions,functions}@4.5.1 draco3dgltf@1.5.7 meshoptimizer@1.3.0 ktx2-encoder@0.6.0 sharp@0.35.5,
 * then node make_packed.mjs OUT.
 */
import { Document, NodeIO } from '@gltf-transform/core';
import { ALL_EXTENSIONS } from '@gltf-transform/extensions';
import { draco, meshopt } from '@gltf-transform/functions';
import draco3d from 'draco3dgltf';
import { ktx2 } from 'ktx2-encoder/gltf-transform';
import { MeshoptEncoder, MeshoptDecoder } from 'meshoptimizer';
import { join } from 'node:path';
import sharp from 'sharp';

const SIDE = 24;
const PICTURE = 64;
const COLOURS = [
  [214, 62, 48],
  [52, 150, 74],
  [44, 92, 190],
  [228, 190, 60],
];

const io = new NodeIO().registerExtensions(ALL_EXTENSIONS).registerDependencies({
  'draco3d.encoder': await draco3d.createEncoderModule(),
  'draco3d.decoder': await draco3d.createDecoderModule(),
  'meshopt.encoder': MeshoptEncoder,
  'meshopt.decoder': MeshoptDecoder,
});

async function bowl() {
  const document = new Document();
  const buffer = document.createBuffer();
  const position = [];
  const uv = [];
  const index = [];
  for (let j = 0; j <= SIDE; j++) {
    for (let i = 0; i <= SIDE; i++) {
      const [x, z] = [(2 * i) / SIDE - 1, (2 * j) / SIDE - 1];
      position.push(x, 0.4 * (x * x + z * z), z);
      uv.push(i / SIDE, j / SIDE);
      if (i === SIDE || j === SIDE) continue;
      const at = j * (SIDE + 1) + i;
      index.push(at, at + SIDE + 1, at + 1, at + 1, at + SIDE + 1, at + SIDE + 2);
    }
  }
  const accessor = (type, array) => document.createAccessor().setType(type).setArray(array).setBuffer(buffer);
  const pixels = new Uint8Array(PICTURE * PICTURE * 3);
  for (let y = 0; y < PICTURE; y++) {
    for (let x = 0; x < PICTURE; x++)
      pixels.set(COLOURS[(2 * x < PICTURE ? 0 : 1) + (2 * y < PICTURE ? 0 : 2)], 3 * (y * PICTURE + x));
  }
  const png = await sharp(pixels, { raw: { width: PICTURE, height: PICTURE, channels: 3 } })
    .png()
    .toBuffer();
  const texture = document.createTexture('four colours').setImage(new Uint8Array(png)).setMimeType('image/png');
  const material = document
    .createMaterial('paint')
    .setBaseColorTexture(texture)
    .setMetallicFactor(0)
    .setRoughnessFactor(1)
    .setDoubleSided(true);
  const primitive = document
    .createPrimitive()
    .setAttribute('POSITION', accessor('VEC3', new Float32Array(position)))
    .setAttribute('TEXCOORD_0', accessor('VEC2', new Float32Array(uv)))
    .setIndices(accessor('SCALAR', new Uint16Array(index)))
    .setMaterial(material);
  const mesh = document.createMesh('bowl').addPrimitive(primitive);
  document.createScene().addChild(document.createNode('bowl').setMesh(mesh));
  return document;
}

const imageDecoder = async (bytes) => {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
};
const ways = {
  plain: [],
  draco: [draco()],
  meshopt: [meshopt({ encoder: MeshoptEncoder, level: 'high' })],
  'ktx2-etc1s': [ktx2({ isUASTC: false, generateMipmap: true, imageDecoder })],
  'ktx2-uastc': [ktx2({ isUASTC: true, needSupercompression: true, generateMipmap: true, imageDecoder })],
};
for (const [name, transforms] of Object.entries(ways)) {
  const document = await bowl();
  await document.transform(...transforms);
  await io.write(join(process.argv[2] ?? '.', `bowl-${name}.glb`), document);
}
