// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Kept = z.object({ unfinished: z.number().int().nonnegative() });

/** After this many failed starts in a row, the user is offered another way to start. */
const ENOUGH = 2;

/** Counts failed starts in a small file. It is written before anything is opened, so that a crash is counted too. */
export class StartRecord {
  readonly #before: number;
  #troubled = false;

  constructor(private readonly file: string) {
    this.#before = read(file);
  }

  /** Whether the user should choose how to start. */
  get isBad(): boolean {
    return this.#before >= ENOUGH;
  }

  /** Records that a start begins. */
  begin(): void {
    this.#write(this.#before + 1);
  }

  /** The engine or the page crashed: this start does not count as successful, unless it already did. */
  troubled(): void {
    this.#troubled = true;
  }

  /** Records that the start was successful, or was ended by the user. */
  wentWell(): void {
    if (!this.#troubled) this.#write(0);
  }

  #write(unfinished: number): void {
    try {
      writeFileSync(this.file, JSON.stringify({ unfinished }));
    } catch {
      // a full disk must not prevent the app from starting
    }
  }
}

function read(file: string): number {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8'))).unfinished;
  } catch {
    return 0; // the first start, or an unreadable file
  }
}
