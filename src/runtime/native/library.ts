// SPDX-License-Identifier: Apache-2.0
/**
 * ONNX Runtime's C API in the shared library that onnxruntime-node ships, called through koffi. Unlike
 * onnxruntime-node's own `run` it is asynchronous, can be stopped, and keeps tensors in its own memory.
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, sep } from 'node:path';

/** An address; 0n, or null from koffi, means none. */
export type Pointer = bigint;
type Status = Pointer | null;
/** Receives one pointer or size. */
type Out = BigUint64Array;

/**
 * The version with which the indices of the function table were checked. The table only ever grows, but a wrong index
 * would crash.
 */
const VERSION = /^1\.30\./;
const API_VERSION = 22;

/** Index in the table, result, arguments. `path` is a string in the platform's own character width. */
const FUNCTIONS = {
  CreateStatus: [0, 'void *', ['int', 'str']],
  GetErrorCode: [1, 'int', ['void *']],
  GetErrorMessage: [2, 'str', ['void *']],
  CreateEnv: [3, 'void *', ['int', 'str', 'void *']],
  CreateSession: [7, 'void *', ['void *', 'path', 'void *', 'void *']],
  CreateSessionFromArray: [8, 'void *', ['void *', 'void *', 'size_t', 'void *', 'void *']],
  Run: [9, 'void *', ['void *', 'void *', 'void *', 'void *', 'size_t', 'void *', 'size_t', 'void *']],
  CreateSessionOptions: [10, 'void *', ['void *']],
  DisableMemPattern: [17, 'void *', ['void *']],
  SetSessionLogSeverityLevel: [22, 'void *', ['void *', 'int']],
  SetIntraOpNumThreads: [24, 'void *', ['void *', 'int']],
  SessionGetInputCount: [30, 'void *', ['void *', 'void *']],
  SessionGetOutputCount: [31, 'void *', ['void *', 'void *']],
  SessionGetInputTypeInfo: [33, 'void *', ['void *', 'size_t', 'void *']],
  SessionGetOutputTypeInfo: [34, 'void *', ['void *', 'size_t', 'void *']],
  SessionGetInputName: [36, 'void *', ['void *', 'size_t', 'void *', 'void *']],
  SessionGetOutputName: [37, 'void *', ['void *', 'size_t', 'void *', 'void *']],
  CreateRunOptions: [39, 'void *', ['void *']],
  RunOptionsSetRunLogSeverityLevel: [41, 'void *', ['void *', 'int']],
  RunOptionsSetTerminate: [46, 'void *', ['void *']],
  CreateTensorAsOrtValue: [48, 'void *', ['void *', 'void *', 'size_t', 'int', 'void *']],
  GetTensorMutableData: [51, 'void *', ['void *', 'void *']],
  CastTypeInfoToTensorInfo: [55, 'void *', ['void *', 'void *']],
  GetTensorElementType: [60, 'void *', ['void *', 'void *']],
  GetDimensionsCount: [61, 'void *', ['void *', 'void *']],
  GetDimensions: [62, 'void *', ['void *', 'void *', 'size_t']],
  GetSymbolicDimensions: [63, 'void *', ['void *', 'void *', 'size_t']],
  GetTensorTypeAndShape: [65, 'void *', ['void *', 'void *']],
  AllocatorFree: [76, 'void *', ['void *', 'void *']],
  GetAllocatorWithDefaultOptions: [78, 'void *', ['void *']],
  ReleaseStatus: [93, 'void', ['void *']],
  ReleaseSession: [95, 'void', ['void *']],
  ReleaseValue: [96, 'void', ['void *']],
  ReleaseRunOptions: [97, 'void', ['void *']],
  ReleaseTypeInfo: [98, 'void', ['void *']],
  ReleaseTensorTypeAndShapeInfo: [99, 'void', ['void *']],
  ReleaseSessionOptions: [100, 'void', ['void *']],
  GetAvailableProviders: [125, 'void *', ['void *', 'void *']],
  ReleaseAvailableProviders: [126, 'void *', ['void *', 'int']],
  AddSessionConfigEntry: [130, 'void *', ['void *', 'str', 'str']],
  SessionOptionsAppendExecutionProvider_CUDA_V2: [204, 'void *', ['void *', 'void *']],
  CreateCUDAProviderOptions: [205, 'void *', ['void *']],
  ReleaseCUDAProviderOptions: [208, 'void', ['void *']],
  SessionOptionsAppendExecutionProvider: [216, 'void *', ['void *', 'str', 'void *', 'void *', 'size_t']],
} as const satisfies Record<string, readonly [number, string, readonly string[]]>;

interface Argument {
  'void *': Pointer | ArrayBufferView | null;
  size_t: number;
  int: number;
  str: string;
  path: string;
}
interface Result {
  'void *': Status;
  void: undefined;
  int: number;
  str: string;
}
type Arguments<T extends readonly (keyof Argument)[]> = { -readonly [K in keyof T]: Argument[T[K]] };
type Callback<R> = (error: unknown, result: R) => void;
type Callable<F> = F extends readonly [
  number,
  infer R extends keyof Result,
  infer A extends readonly (keyof Argument)[],
]
  ? ((...args: Arguments<A>) => Result[R]) & { async: (...args: [...Arguments<A>, Callback<Result[R]>]) => void }
  : never;

export type Api = { readonly [N in keyof typeof FUNCTIONS]: Callable<(typeof FUNCTIONS)[N]> };

/** ONNX Runtime, ready to be called. */
export interface Ort {
  koffi: typeof import('koffi');
  api: Api;
  version: string;
  env: Pointer;
  /** The plain CPU allocator; it lives as long as the process. */
  allocator: Pointer;
  /** Keeps the library loaded: without a reference, garbage collection unloads it under a running session. */
  library: unknown;
}

let loaded: Ort | Error | undefined;

/**
 * The library, loaded once per process.
 * @throws Error with the reason if it cannot be used here: no koffi, no library for this machine, another version.
 */
export function loadOrt(): Ort {
  if (loaded === undefined) {
    try {
      loaded = load();
    } catch (error) {
      loaded = error instanceof Error ? error : new Error(String(error));
    }
  }
  if (loaded instanceof Error) throw loaded;
  return loaded;
}

/**
 * The path of onnxruntime-node's shared library.
 * @param entry onnxruntime-node's main file. Inside an application archive, the path of the unpacked copy is returned.
 * @throws Error if there is no library for this platform.
 */
export function libraryFile(entry: string, platform: NodeJS.Platform, arch: string): string {
  const names: Partial<Record<NodeJS.Platform, string>> = {
    linux: 'libonnxruntime.so.1',
    darwin: 'libonnxruntime.1.dylib',
    win32: 'onnxruntime.dll',
  };
  const name = names[platform];
  if (name === undefined || (arch !== 'x64' && arch !== 'arm64'))
    throw new Error(`no ONNX Runtime for ${platform} on ${arch}`);
  const file = join(entry, '../../bin/napi-v6', platform, arch, name);
  // Electron's file functions read inside the archive; the system's loader cannot.
  return file.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}

/** @throws Error if this is not the version that the function table was checked with. */
export function checkVersion(version: string): void {
  if (!VERSION.test(version)) throw new Error(`ONNX Runtime ${version} is not the version that is called here`);
}

function load(): Ort {
  const require = createRequire(import.meta.url);
  // Required at run time, so that without koffi the other runtime is used instead of a crash at startup.
  const koffi = require('koffi') as typeof import('koffi');
  const file = libraryFile(require.resolve('onnxruntime-node'), process.platform, process.arch);
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  // Operators recurse and use large stack blocks: koffi's default of 128 KB for asynchronous calls overflows.
  const stack = 8 * 1024 * 1024;
  koffi.config({ sync_stack_size: stack, async_stack_size: stack });
  const library = koffi.load(file);

  const method = (table: Pointer, index: number, result: string, args: readonly string[]): unknown => {
    const types = args.map((type) => (type === 'path' ? (process.platform === 'win32' ? 'str16' : 'str') : type));
    const type = koffi.proto(result, types);
    return koffi.decode(koffi.decode(table, index * 8, 'void *') as Pointer, type);
  };
  const base = (library.func('OrtGetApiBase', 'void *', []) as () => Pointer)();
  const version = (method(base, 1, 'str', []) as () => string)();
  checkVersion(version);
  const table = (method(base, 0, 'void *', ['uint32_t']) as (version: number) => Status)(API_VERSION);
  if (!table) throw new Error(`ONNX Runtime ${version} has no interface of version ${API_VERSION}`);
  const api = Object.fromEntries(
    Object.entries(FUNCTIONS).map(([name, [index, result, args]]) => [name, method(table, index, result, args)]),
  ) as unknown as Api;
  // Test one round trip before anything relies on the table.
  const echo = api.CreateStatus(1, 'zoetrope');
  const intact = echo !== null && api.GetErrorCode(echo) === 1 && api.GetErrorMessage(echo) === 'zoetrope';
  if (!intact) throw new Error(`ONNX Runtime ${version} does not answer as expected`);
  api.ReleaseStatus(echo);

  const env = received(api, (out) => api.CreateEnv(4, 'zoetrope', out));
  const allocator = received(api, (out) => api.GetAllocatorWithDefaultOptions(out));
  return { koffi, api, version, env, allocator, library };
}

/** @throws Error with ONNX Runtime's message if a call failed. */
export function check(api: Api, status: Status): void {
  if (!status) return;
  const message = api.GetErrorMessage(status);
  api.ReleaseStatus(status);
  throw new Error(message);
}

/** The pointer or size that a function returns through its last argument. */
export function received(api: Api, call: (out: Out) => Status): Pointer {
  const out = new BigUint64Array(1);
  check(api, call(out));
  return out[0]!;
}
