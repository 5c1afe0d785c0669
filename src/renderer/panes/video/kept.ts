// SPDX-License-Identifier: Apache-2.0
/** A cache with at most `most` entries by key; the oldest entries are released first. */
export class Kept<T> {
  readonly #things = new Map<number, T>();

  constructor(
    readonly most: number,
    readonly letGo: (thing: T) => void,
  ) {}

  put(key: number, thing: T): void {
    const old = this.#things.get(key);
    if (old !== undefined) this.letGo(old);
    // Deleted and inserted again, so that it becomes the newest.
    this.#things.delete(key);
    this.#things.set(key, thing);
    for (const [oldest, gone] of this.#things) {
      if (this.#things.size <= this.most) break;
      this.#things.delete(oldest);
      this.letGo(gone);
    }
  }

  all(): T[] {
    return [...this.#things.values()];
  }

  clear(): void {
    this.#things.forEach(this.letGo);
    this.#things.clear();
  }
}
