// SPDX-License-Identifier: Apache-2.0
/** The parts of three's USD parsers that we use; three ships no types for them. */
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
