import { say } from '../../../../contract';
import { Recentred, type Cloud } from './points';
import { checkCount, notA } from './refusals';

/**
 * Points as text: x y z, then nothing, an intensity, red green blue, or an intensity and a colour; parted by spaces,
 * commas, semicolons or tabs. A first line that is a count (PTS) and lines that are remarks or headings are passed over.
 */
export function readXyz(text: string, title: string): Cloud {
  const lines = text.split(/\r\n|\r|\n/);
  checkCount(lines.length, 'points', title);
  const rows: number[][] = [];
  let columns = 0;
  let strange = 0;
  for (const line of lines) {
    if (line === '' || /^\s*(#|\/\/|$)/.test(line)) continue;
    const row = line.trim().split(/[\s,;]+/).map(Number);
    if (row.length < 3 || !row.slice(0, 3).every((n) => Number.isFinite(n) || Number.isNaN(n)) || row.some(Number.isNaN)) {
      if (row.length === 1 && rows.length === 0) continue; // a count
      strange++;
      continue;
    }
    columns = rows.length === 0 ? row.length : Math.min(columns, row.length);
    rows.push(row);
  }
  // One heading may be strange; a file that is mostly strange is none of points.
  if (rows.length === 0 || strange > 1 + rows.length / 100) throw notA(title, say`is not a list of points`, `${strange} lines of ${lines.length}`);
  const first = columns >= 7 ? 4 : columns >= 6 ? 3 : null;
  const positions = new Float32Array(rows.length * 3);
  const colours = first === null && columns < 4 ? null : new Uint8Array(rows.length * 3);
  const brightest = colours ? rows.reduce((most, row) => Math.max(most, ...row.slice(first ?? 3, (first ?? 3) + (first === null ? 1 : 3))), 0) : 0;
  // Colours up to 1 and up to 255 are both written; an intensity may go up to anything.
  const scale = first === null ? 255 / (brightest || 1) : brightest <= 1 ? 255 : brightest > 255 ? 255 / 65535 : 1;
  const place = new Recentred();
  rows.forEach((row, k) => {
    place.put(positions, 3 * k, row[0]!, row[1]!, row[2]!);
    if (colours) for (let c = 0; c < 3; c++) colours[3 * k + c] = scale * row[first === null ? 3 : first + c]!;
  });
  return { positions, colours };
}
