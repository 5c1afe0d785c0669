// SPDX-License-Identifier: Apache-2.0
import { html, json, type Heard, type Respond } from './test-server';

/** For tests: how each program describes itself, taken from its documentation and sources. */

const list = (owned_by: string, models: readonly string[], more: object = {}) => ({
  object: 'list',
  data: models.map((id) => ({ id, object: 'model', created: 1, owned_by, ...more })),
});

/** Replies by path. An unknown path gets the program's own reply to it. */
const paths =
  (known: Record<string, (heard: Heard) => unknown>, missing: Respond): Respond =>
  (response, heard) => {
    const found = known[heard.path];
    if (!found) return missing(response, heard);
    json(response, found(heard));
  };

const notFound: Respond = (response) => json(response, { detail: 'Not Found' }, 404);

const OLLAMA_SHOWN: Record<string, object> = {
  'qwen3-vl:8b': {
    capabilities: ['completion', 'vision', 'thinking'],
    model_info: { 'general.architecture': 'qwen3vl', 'qwen3vl.context_length': 262144 },
    renderer: 'qwen3-vl-instruct',
  },
  'llava:7b': {
    capabilities: ['completion', 'vision'],
    model_info: { 'general.architecture': 'llama', 'llama.context_length': 32768 },
    template: '{{ .Prompt }}',
  },
  'llama3.2:1b': { capabilities: ['completion', 'tools'], model_info: { 'llama.context_length': 131072 } },
  'nomic-embed-text:latest': { capabilities: ['embedding'], model_info: { 'nomic-bert.context_length': 2048 } },
};

export const DIALECTS = {
  Ollama: (version = '0.14.2') =>
    paths(
      {
        '/v1/models': () => list('library', Object.keys(OLLAMA_SHOWN)),
        '/api/tags': () => ({ models: Object.keys(OLLAMA_SHOWN).map((name) => ({ name, model: name, size: 1 })) }),
        '/api/show': ({ body }) => OLLAMA_SHOWN[String(body.model)],
        '/api/version': () => ({ version }),
      },
      (response) => void response.writeHead(404, { 'content-type': 'text/plain' }).end('404 page not found'),
    ),
  'LM Studio': () =>
    paths(
      {
        '/v1/models': () => list('organization_owner', ['qwen2-vl-7b', 'llama-3.1-8b', 'nomic-embed']),
        '/api/v0/models': () => ({
          object: 'list',
          data: [
            {
              id: 'qwen2-vl-7b',
              type: 'vlm',
              state: 'loaded',
              max_context_length: 32768,
              loaded_context_length: 8192,
            },
            { id: 'llama-3.1-8b', type: 'llm', state: 'not-loaded', max_context_length: 131072 },
            { id: 'nomic-embed', type: 'embeddings', state: 'not-loaded', max_context_length: 2048 },
          ],
        }),
      },
      // It answers unknown requests with status 200.
      (response, { method, path }) => json(response, { error: `Unexpected endpoint or method. (${method} ${path})` }),
    ),
  'llama.cpp': (owner = 'llamacpp') =>
    paths(
      {
        '/v1/models': () => list(owner, ['gemma-3-4b.gguf'], { meta: { n_ctx_train: 131072, n_params: 1 } }),
        '/props': () => ({
          default_generation_settings: { n_ctx: 16384 },
          total_slots: 1,
          modalities: { vision: true, audio: false },
          build_info: 'b6501-abc',
        }),
      },
      (response) => json(response, { error: { code: 404, message: 'File Not Found', type: 'not_found_error' } }, 404),
    ),
  vLLM: () =>
    paths(
      {
        '/v1/models': () => list('vllm', ['Qwen/Qwen3-VL-8B-Instruct'], { max_model_len: 65536 }),
        '/version': () => ({ version: '0.15.0' }),
      },
      notFound,
    ),
  SGLang: () =>
    paths(
      {
        '/v1/models': () => list('sglang', ['Qwen/Qwen2.5-VL-7B-Instruct'], { max_model_len: 32768 }),
        '/get_model_info': () => ({ model_path: 'x', is_generation: true, has_image_understanding: true }),
        '/server_info': () => ({ version: '0.5.9', model_path: 'x' }),
      },
      notFound,
    ),
  transformers: (): Respond => (response, heard) =>
    paths(
      {
        '/v1/models': () => list('llava-hf', ['llava-hf/llava-interleave-qwen-0.5b-hf']),
        '/health': () => ({ status: 'ok' }),
      },
      notFound,
    )(response.setHeader('x-request-id', 'a1').setHeader('server', 'uvicorn'), heard),
  other: () => paths({ '/v1/models': () => list('somebody', ['a-model']) }, (response) => html(response, 404)),
};
