/** A model folder: its settings, its tokenizer, and the compiler from safetensors to ONNX. */

export type { GenerationDefaults, ModelConfig, PixelSettings, TextConfig, VisionConfig } from './config';
export {
  findCheckpoint,
  readModelFolder,
  readModelSettings,
  type GraphFile,
  type ModelFolder,
  type ModelSettings,
} from './folder';
export { FORMATS, graphFileName, PARTS, PRECISIONS, PREFERRED, type Format, type Part, type Precision } from './graphs';
export { readImageNewline } from './image-newline';
export { verifyCompiled } from './manifest';
export { readTokenizer, Tokenizer, type DecodeStream } from './tokenizer';
export { compileModel, type CompileOptions } from './compile/compile';
export { floatToHalf, halfToFloat } from './half';
