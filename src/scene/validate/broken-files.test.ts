// SPDX-License-Identifier: Apache-2.0
import { validateBytes } from 'gltf-validator';
import { describe, expect, it } from 'vitest';
import { ZoetropeError } from '../../contract';
import { brokenFiles } from './broken-files';
import { checkGlb } from './index';
import { refuseFaults } from './validate';
import { findErrors, HARMLESS, isNoted } from './validation';

/** Our error for a file before a loader sees it; null if it passes. */
async function verdict(glb: Uint8Array<ArrayBuffer>): Promise<ZoetropeError | null> {
  try {
    checkGlb(glb.slice().buffer, 'bent.glb');
    refuseFaults('bent.glb', (await findErrors(glb)).errors);
    return null;
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ZoetropeError);
    return thrown as ZoetropeError;
  }
}

const files = brokenFiles();

describe("a file broken in one way gets the Khronos validator's verdict", () => {
  it.each(files)('$name', async ({ glb }) => {
    const report = await validateBytes(glb, { writeTimestamp: false }).catch((cause: unknown) => String(cause));
    const ours = await verdict(glb);
    if (typeof report === 'string') return expect(ours, report).not.toBeNull(); // not even valid JSON
    const errors = report.issues.messages.filter(
      ({ severity, code, pointer }) => severity === 0 && !HARMLESS.includes(code) && !isNoted(code, pointer),
    );
    expect(ours !== null, `${errors.map(({ code }) => code).join()} / ${ours?.message}`).toBe(errors.length > 0);
    // The JSON pointers that the validator gives.
    const pointers = errors.flatMap(({ pointer }) => pointer ?? []);
    if (ours && pointers.length > 0)
      expect(
        pointers.some((pointer) => near(ours, pointer)),
        `${ours.message} ${ours.detail ?? ''} / ${pointers.join()}`,
      ).toBe(true);
  });

  it('and many of them are faults, and some are none', async () => {
    const verdicts = await Promise.all(files.map(async ({ glb }) => (await verdict(glb)) !== null));
    expect(verdicts.filter(Boolean).length).toBeGreaterThan(45);
    expect(verdicts.filter((refused) => !refused).length).toBeGreaterThan(5);
  });
});

/** Whether an error names this place or one that contains it. */
function near({ message, detail }: ZoetropeError, pointer: string): boolean {
  const said = [...`${message}\n${detail ?? ''}`.matchAll(/(?:^|\s)(\/[\w/]*)/gm)].map((match) => match[1]!);
  return said.some((place) => pointer.startsWith(place) || place.startsWith(pointer));
}
