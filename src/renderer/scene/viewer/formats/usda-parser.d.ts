/** What of three's parser of USD texts is used; three ships no types of it. */
declare module 'three/addons/loaders/usd/USDAParser.js' {
  export class USDAParser {
    parseText: (this: unknown, text: string) => object;
  }
}
