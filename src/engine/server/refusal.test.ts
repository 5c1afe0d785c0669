// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { refusalOf, type Asked } from './refusal';

const asked: Asked = { host: '127.0.0.1:8000', model: 'm', pictures: 12, hasKey: false };
const openai = (message: string, more: object = {}): string => JSON.stringify({ error: { message, ...more } });
const meant = (status: number, body: string, about: Partial<Asked> = {}) =>
  refusalOf({ status, body }, { ...asked, ...about });

/** Error messages of servers, from their sources and from reports of their users. */
describe('what servers say in words', () => {
  it.each<[string, number, string, number | undefined]>([
    ['vLLM', 400, openai('At most 4 image(s) may be provided in one prompt. (parameter=image)'), 4],
    ['vLLM before', 400, openai('At most 1 image(s) may be provided in one request.'), 1],
    ['another', 400, openai('You can only include 10 image links'), 10],
    ['Ollama', 500, '{"error":"this model only supports one image while more than one image requested"}', 1],
    ['another', 400, openai('Input images too many. model: x, max: 8, input: 12'), 8],
    ['another', 400, openai('Too many images in request.'), undefined],
  ])('too many pictures: %s', (_, status, body, pictures) => {
    const error = meant(status, body);
    expect(error).toMatchObject({ code: 'server-too-many-pictures', facts: { pictures } });
    if (pictures === 4) expect(error.advice).toBe('Send at most 4 pictures instead of 12.');
  });

  it.each([
    ['vLLM, where none are allowed', 400, openai('At most 0 image(s) may be provided in one prompt.')],
    ['vLLM, a text model', 400, openai('m is not a multimodal model None')],
    ['llama.cpp', 500, openai('image input is not supported - hint: you may need to provide the mmproj')],
    ['Ollama', 400, '{"error":"this model is missing data required for image input"}'],
    ['LM Studio', 400, '{"error":"Model does not support images. Please use a model that does."}'],
    ['another', 400, openai("Unknown part type: 'image_url'")],
  ])('no pictures: %s', (_, status, body) => {
    expect(meant(status, body)).toMatchObject({ code: 'server-takes-no-pictures', facts: { pictures: 0 } });
  });

  it.each<[string, number, string, string]>([
    [
      'vLLM',
      400,
      openai(
        "This model's maximum context length is 4096 tokens. However, you requested 5120 tokens (5000 in the messages, 120 in the completion).",
      ),
      'The question needs 5,120 tokens; the model on the server can hold 4,096.',
    ],
    [
      'vLLM, pictures',
      400,
      openai(
        'The decoder prompt (length 7000) is longer than the maximum model length of 4096. Make sure that `max_model_len` is no smaller than the number of text tokens plus multimodal tokens.',
      ),
      'The question needs 7,000 tokens; the model on the server can hold 4,096.',
    ],
    [
      'llama.cpp',
      400,
      openai('request (9412 tokens) exceeds the available context size (8192 tokens), try increasing it', {
        type: 'exceed_context_size_error',
      }),
      'The question needs 9,412 tokens; the model on the server can hold 8,192.',
    ],
    [
      'Ollama, which wraps it',
      400,
      JSON.stringify({
        error: openai('request (351 tokens) exceeds the available context size (256 tokens)', { n_ctx: 256 }),
      }),
      'The question needs 351 tokens; the model on the server can hold 256.',
    ],
    [
      'SGLang',
      400,
      openai("The input (40000 tokens) is longer than the model's context length (32768 tokens)."),
      'The question needs 40,000 tokens; the model on the server can hold 32,768.',
    ],
    [
      'LM Studio',
      400,
      '{"error":"Trying to keep the first 6011 tokens when context the overflows. However, the model is loaded with context length of only 4096 tokens"}',
      'The question needs 6,011 tokens; the model on the server can hold 4,096.',
    ],
    [
      'OpenAI',
      400,
      openai('Too long.', { code: 'context_length_exceeded' }),
      'The question is longer than the model on the server can hold.',
    ],
  ])('a context that is too short: %s', (_, status, body, message) => {
    expect(meant(status, body)).toMatchObject({ code: 'prompt-too-long', message });
  });

  it.each([
    ['vLLM', 404, openai('The model `m` does not exist.', { type: 'NotFoundError' })],
    ['Ollama', 404, '{"error":"model \'m\' not found"}'],
    ['LM Studio', 400, '{"error":{"message":"Invalid model identifier \\"m\\"","code":"model_not_found"}}'],
    ['another', 404, '{"detail":"Not Found"}'],
  ])('an unknown model: %s', (_, status, body) => {
    expect(meant(status, body)).toMatchObject({
      code: 'server-model-unknown',
      message: 'The server at 127.0.0.1:8000 has no model "m".',
    });
  });

  it('a body that is too large', () => {
    expect(meant(413, '<html><body>413</body></html>')).toMatchObject({
      code: 'server-too-many-pictures',
      advice: 'Send fewer or smaller pictures.',
    });
  });

  it('anything else, in its own words on one line', () => {
    expect(meant(422, '{"detail":[{"msg":"temperature\\nmust be positive"}]}')).toMatchObject({
      code: 'server-refused',
      message: 'The server at 127.0.0.1:8000 refused the question: "temperature must be positive".',
    });
  });

  it('a page of a proxy in front of it, by its status', () => {
    expect(meant(502, '<html><body>Bad gateway</body></html>').code).toBe('server-failed');
    expect(meant(401, '<html></html>').code).toBe('server-denied');
    expect(meant(404, '<!doctype html>').code).toBe('not-a-server');
  });
});
