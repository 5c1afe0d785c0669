// SPDX-License-Identifier: Apache-2.0
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const Kept = z.object({ unfinished: z.number().int().nonnegative() });

/** Starts in a row that did not end well, after which another way to start is offered. */
const ENOUGH = 2;

/** Counts starts that did not go well, in a small file: written before anything is opened, so that a crash is counted too. */
export class StartRecord {
  readonly #before: number;
  #troubled = false;

  constructor(private readonly file: string) {
    this.#before = read(file);
  }

  /** Whether the user is to choose how to start. */
  get isBad(): boolean {
    return this.#before >= ENOUGH;
  }

  /** A start begins. */
  begin(): void {
    this.#write(this.#before + 1);
  }

  /** The engine or the page ended: this start does not count as a good one, unless it had before. */
  troubled(): void {
    this.#troubled = true;
  }

  /** It went well, or was ended by the user. */
  wentWell(): void {
    if (!this.#troubled) this.#write(0);
  }

  #write(unfinished: number): void {
    try {
      writeFileSync(this.file, JSON.stringify({ unfinished }));
    } catch {
      // a full disk must not keep the app from starting
    }
  }
}

function read(file: string): number {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8'))).unfinished;
  } catch {
    return 0; // the first start, or a file nobody can read
  }
}
