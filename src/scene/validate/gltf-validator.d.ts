// SPDX-License-Identifier: Apache-2.0
/** The parts of gltf-validator that we use; the package ships no types. */
declare module 'gltf-validator' {
  export interface Message {
    code: string;
    message: string;
    /** 0 error, 1 warning, 2 information, 3 hint. */
    severity: number;
    /** JSON pointer to the place in the document; absent for faults of the container. */
    pointer?: string;
    /** Byte offset in the container. */
    offset?: number;
  }
  export interface Report {
    issues: { numErrors: number; messages: Message[]; truncated: boolean };
  }
  export interface Options {
    format?: 'glb' | 'gltf';
    writeTimestamp?: boolean;
    maxIssues?: number;
    ignoredIssues?: string[];
    /** Returns the bytes of a file that the document refers to. */
    externalResourceFunction?: (uri: string) => Promise<Uint8Array>;
  }
  export function validateBytes(data: Uint8Array, options?: Options): Promise<Report>;
}
