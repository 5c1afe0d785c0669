// SPDX-License-Identifier: Apache-2.0
// Draws the app's icon, a dark, slotted zoetrope drum with a lamp inside, in each system's format: resources/icon.svg,
// icon.png, icon.ico (Windows), icon.icns (macOS), icons/ (Linux). Run it with: node scripts/package/icon.mjs
import fs from 'node:fs';
import path from 'node:path';
import { IconIcns, IconIco } from '@shockpkg/icon-encoder';
import sharp from 'sharp';

const resources = path.resolve(import.meta.dirname, '../../resources');

const centre = 512;
const rim = { y: 350, rx: 296, ry: 104 }; // the opening, a circle seen from slightly above
const wall = 286;
const foot = rim.y + 446;
const slots = 18;
const slotHalfAngle = 0.052;

/** A point on the drum's wall: `angle` 0 is right, a quarter turn is the front; `down` is measured along the wall. */
const at = (angle, down) => [centre + rim.rx * Math.cos(angle), rim.y + rim.ry * Math.sin(angle) + down];
const show = ([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function slot(angle, from, to) {
  const corners = [
    at(angle - slotHalfAngle, from),
    at(angle + slotHalfAngle, from),
    at(angle + slotHalfAngle, to),
    at(angle - slotHalfAngle, to),
  ];
  return `M${corners.map(show).join('L')}Z`;
}

const around = Array.from({ length: slots }, (_, i) => ((i + 0.5) / slots) * 2 * Math.PI);
const front = around.filter((angle) => Math.sin(angle) > 0.06);
const back = around.filter((angle) => Math.sin(angle) < -0.06);

const [left, right] = [Math.PI, 0];
const alongTheFront = (from, to, down) => `A${rim.rx} ${rim.ry} 0 0 ${from === left ? 0 : 1} ${show(at(to, down))}`;
const outside = [
  `M${show(at(left, 0))}${alongTheFront(left, right, 0)}`,
  `L${show(at(right, wall))}${alongTheFront(right, left, wall)}Z`,
].join('');
const line = `M${show(at(left, 214))}${alongTheFront(left, right, 214)}`;
const opening = `<ellipse cx="${centre}" cy="${rim.y}" rx="${rim.rx}" ry="${rim.ry}"`;

const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1024 1024" width="1024" height="1024">
  <title>Zoetrope</title>
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="0" y2="1">
      <stop offset="0" stop-color="#3a332b"/>
      <stop offset="1" stop-color="#15120f"/>
    </linearGradient>
    <radialGradient id="halo" cx="512" cy="${rim.y - 20}" r="430" gradientUnits="userSpaceOnUse" gradientTransform="translate(0 60) scale(1 .84)">
      <stop offset="0" stop-color="#ffb454" stop-opacity=".55"/>
      <stop offset=".5" stop-color="#f08a24" stop-opacity=".17"/>
      <stop offset="1" stop-color="#f08a24" stop-opacity="0"/>
    </radialGradient>
    <radialGradient id="lamp" cx="512" cy="${rim.y + 52}" r="300" gradientUnits="userSpaceOnUse" gradientTransform="translate(0 ${(rim.y + 52) * 0.4}) scale(1 .6)">
      <stop offset="0" stop-color="#fffaea"/>
      <stop offset=".2" stop-color="#ffe3a3"/>
      <stop offset=".5" stop-color="#fdb03f"/>
      <stop offset=".8" stop-color="#d67213"/>
      <stop offset="1" stop-color="#8e4409"/>
    </radialGradient>
    <linearGradient id="drum" x1="216" y1="0" x2="808" y2="0" gradientUnits="userSpaceOnUse">
      <stop offset="0" stop-color="#0b0a09"/>
      <stop offset=".3" stop-color="#4a4138"/>
      <stop offset=".5" stop-color="#3a332c"/>
      <stop offset=".8" stop-color="#1d1916"/>
      <stop offset="1" stop-color="#080706"/>
    </linearGradient>
    <linearGradient id="foot" x1="420" y1="0" x2="604" y2="0" gradientUnits="userSpaceOnUse">
      <stop offset="0" stop-color="#0d0b0a"/>
      <stop offset=".35" stop-color="#544a3f"/>
      <stop offset="1" stop-color="#0d0b0a"/>
    </linearGradient>
    <radialGradient id="slit" cx="512" cy="${rim.y + 128}" r="320" gradientUnits="userSpaceOnUse">
      <stop offset="0" stop-color="#fff0c8"/>
      <stop offset=".4" stop-color="#ffc35c"/>
      <stop offset="1" stop-color="#e58317"/>
    </radialGradient>
    <filter id="soft" x="-20%" y="-20%" width="140%" height="140%"><feGaussianBlur stdDeviation="13"/></filter>
    <clipPath id="inside">${opening}/></clipPath>
  </defs>
  <rect x="72" y="72" width="880" height="880" rx="204" fill="url(#ground)"/>
  <rect x="74" y="74" width="876" height="876" rx="202" fill="none" stroke="#fff" stroke-opacity=".07" stroke-width="4"/>
  <rect x="72" y="72" width="880" height="880" rx="204" fill="url(#halo)"/>

  <path d="M470 ${foot - 98}h84l16 84h-116Z" fill="url(#foot)"/>
  <ellipse cx="512" cy="${foot}" rx="158" ry="34" fill="#0c0a09"/>
  <ellipse cx="512" cy="${foot - 10}" rx="158" ry="34" fill="url(#foot)"/>

  ${opening} fill="url(#lamp)"/>
  <g clip-path="url(#inside)" fill="#5b2a05" fill-opacity=".72">
    <path d="${back.map((angle) => slot(angle, 22, 112)).join('')}"/>
  </g>
  <path d="${outside}" fill="url(#drum)"/>
  <g fill="#ffb14a" filter="url(#soft)" opacity=".85"><path d="${front.map((angle) => slot(angle, 34, 156)).join('')}"/></g>
  <path d="${front.map((angle) => slot(angle, 34, 156)).join('')}" fill="url(#slit)"/>
  <path d="${line}" fill="none" stroke="#ffca7a" stroke-opacity=".2" stroke-width="5"/>
  ${opening} fill="none" stroke="#17130f" stroke-width="20"/>
  ${opening} fill="none" stroke="#ffcf86" stroke-width="6"/>
</svg>
`;

const pictures = await Promise.all(
  [16, 24, 32, 48, 64, 128, 256, 512, 1024].map(async (size) => ({
    size,
    png: await sharp(Buffer.from(svg)).resize(size, size).png({ compressionLevel: 9 }).toBuffer(),
  })),
);
const save = (name, data) => fs.writeFileSync(path.join(resources, name), data);

save('icon.svg', svg);
save('icon.png', pictures.at(-1).png);

const ico = new IconIco();
for (const { size, png } of pictures) if (size <= 256) await ico.addFromPng(png, true, true);
save('icon.ico', ico.encode());

const icns = new IconIcns();
const types = { 128: 'ic07', 256: 'ic08', 512: 'ic09', 1024: 'ic10' };
for (const { size, png } of pictures) if (size in types) await icns.addFromPng(png, [types[size]], true);
save('icon.icns', icns.encode());

fs.mkdirSync(path.join(resources, 'icons'), { recursive: true });
for (const { size, png } of pictures.filter(({ size }) => size <= 512)) save(`icons/${size}x${size}.png`, png);
