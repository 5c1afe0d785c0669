// SPDX-License-Identifier: Apache-2.0
/** The parts of gltf-validator we use; the package brings no types. */
declare module 'gltf-validator' {
  export interface Message {
    code: string;
    message: string;
    /** 0 error, 1 warning, 2 information, 3 hint. */
    severity: number;
    /** Where in the document, as a JSON pointer; absent for the container. */
    pointer?: string;
    /** Where in the container, in bytes. */
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
    /** The bytes of a file the document names. */
    externalResourceFunction?: (uri: string) => Promise<Uint8Array>;
  }
  export function validateBytes(data: Uint8Array, options?: Options): Promise<Report>;
}
