/** A model folder: its settings, its tokenizer, and the compiler from safetensors to ONNX. */

export type { GenerationDefaults, ModelConfig, PixelSettings, TextConfig, VisionConfig } from './config';
export {
  findCheckpoint,
  graphFileName,
  PARTS,
  PRECISIONS,
  readModelFolder,
  readModelSettings,
  type GraphFile,
  type ModelFolder,
  type ModelSettings,
  type Part,
  type Precision,
} from './folder';
export { readTokenizer, Tokenizer, type DecodeStream } from './tokenizer';
export { compileModel, type CompileOptions } from './compile/compile';
export { floatToHalf, halfToFloat } from './half';
