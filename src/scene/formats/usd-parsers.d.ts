// SPDX-License-Identifier: Apache-2.0
/** What of three's readers of USD is used; three ships no types of it. */
declare module 'three/addons/loaders/usd/USDAParser.js' {
  export class USDAParser {
    parseText: (this: unknown, text: string) => object;
  }
}
declare module 'three/addons/loaders/usd/USDCParser.js' {
  export class USDCParser {
    _readInlinedValue: (this: unknown, value: { typeEnum: number; getInlinedValue(): number }) => unknown;
  }
}
