// SPDX-License-Identifier: Apache-2.0
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileHashes, modelFingerprint } from './fingerprint';
import { readModelFolder, readModelSettings } from './folder';

const GOLDEN = join(import.meta.dirname, 'golden');
/** The fields of the settings files that the tests change. */
interface Json {
  [field: string]: unknown;
  text_config: Record<string, unknown>;
  vision_config: Record<string, unknown>;
}

let dir: string;

beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), 'zoetrope-folder-')), 'little-model');
  await cp(join(GOLDEN, 'gqa'), dir, { recursive: true });
});
afterEach(() => rm(join(dir, '..'), { recursive: true, force: true }));

async function graph(name: string, bytes: number): Promise<void> {
  await mkdir(join(dir, 'onnx'), { recursive: true });
  await writeFile(join(dir, 'onnx', name), new Uint8Array(bytes).fill(name.length));
}

async function edit(file: string, change: (json: Json) => void): Promise<void> {
  const json = JSON.parse(await readFile(join(dir, file), 'utf8')) as Json;
  change(json);
  await writeFile(join(dir, file), JSON.stringify(json));
}

it('refuses graphs of another program for a tower that takes pictures in their own shape', async () => {
  await cp(join(GOLDEN, 'qwen3vl'), dir, { recursive: true });
  for (const name of ['vision_encoder', 'embed_tokens', 'decoder_model_merged']) await graph(`${name}.onnx`, 10);
  await expect(readModelFolder(dir)).rejects.toMatchObject({ code: 'model-unsupported' });
});

describe('the settings of a model folder', () => {
  it('come from the files, and from transformers where the published files say nothing', async () => {
    const s = await readModelSettings(dir);
    expect(s).toMatchObject({
      name: 'little-model',
      imageSize: 44,
      tokensPerTile: 9,
      hiddenSize: 64,
      vocabSize: 1008,
      contextLength: 32768,
      pixels: { width: 44, height: 44, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
    });
    expect(s.config.text).toMatchObject({ ropeTheta: 1e6, epsilon: 1e-6, kvHeads: 2, headDim: 16, tiedHead: true });
    expect(s.config.vision).toMatchObject({ layers: 3, epsilon: 1e-6, activation: 'gelu_tanh' });
    const eos = JSON.parse(await readFile(join(dir, 'generation_config.json'), 'utf8')) as { eos_token_id: number[] };
    expect(s.eosIds).toEqual(eos.eos_token_id);
  });

  it('are read in the form of transformers 5 too', async () => {
    const s = await readModelSettings(join(GOLDEN, 'mha'));
    expect(s.config.text).toMatchObject({ ropeTheta: 10000, contextLength: 512, epsilon: 1e-5, tiedHead: false });
    expect(s.config.vision.layers).toBe(2); // feature layer -2 of 3
    expect(s.pixels.width).toBe(24); // from processor_config.json
    expect(s.eosIds[0]).toBe(199); // there is no generation_config.json
  });

  it('need a folder with a config.json', async () => {
    await expect(readModelSettings(join(dir, 'nowhere'))).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('nowhere') as string,
    });
    await rm(join(dir, 'config.json'));
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-missing',
      message: expect.stringContaining('config.json') as string,
    });
  });

  it.each(['tokenizer.json', 'tokenizer_config.json', 'preprocessor_config.json'])('need %s', async (file) => {
    await rm(join(dir, file));
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining(` ${file}`) as string,
    });
  });

  it.each(['config.json', 'tokenizer.json', 'preprocessor_config.json', 'generation_config.json'])(
    'name %s if it is damaged',
    async (file) => {
      await writeFile(join(dir, file), '{"half": ');
      await expect(readModelSettings(dir)).rejects.toMatchObject({
        code: 'model-broken',
        message: expect.stringContaining(` ${file} `) as string,
      });
    },
  );

  it.each<[string, (c: Json) => void]>([
    [
      'Qwen2VLForConditionalGeneration',
      (c) => {
        c.model_type = 'qwen2_vl';
        c.architectures = ['Qwen2VLForConditionalGeneration'];
      },
    ],
    [
      'clip_vision_model',
      (c) => {
        c.vision_config.model_type = 'clip_vision_model';
      },
    ],
    [
      'llama',
      (c) => {
        delete c.text_config.model_type;
      },
    ],
    [
      'sliding window',
      (c) => {
        c.text_config.use_sliding_window = true;
      },
    ],
    [
      'yarn',
      (c) => {
        c.text_config.rope_scaling = { type: 'yarn', factor: 4 };
      },
    ],
    [
      'default',
      (c) => {
        delete c.vision_feature_select_strategy;
      },
    ],
    [
      'several vision layers',
      (c) => {
        c.vision_feature_layer = [-1, -2];
      },
    ],
  ])('refuse another architecture, naming it: %s', async (name, change) => {
    await edit('config.json', change);
    const error = await readModelSettings(dir).catch((e: unknown) => e);
    expect(error).toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining(name) as string,
      advice: expect.stringContaining('SmolVLM2') as string,
    });
  });

  it('refuse pictures that are resized another way', async () => {
    await edit('preprocessor_config.json', (p) => {
      p.resample = 2;
    });
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining('bicubic') as string,
    });
  });

  it('say what the middle of a picture is cut out of', async () => {
    await edit('preprocessor_config.json', (p) =>
      Object.assign(p, { do_center_crop: true, size: { shortest_edge: 50 }, crop_size: { height: 44, width: 44 } }),
    );
    expect((await readModelSettings(dir)).pixels).toMatchObject({
      width: 44,
      height: 44,
      cutFrom: { shortestEdge: 50 },
    });
    await edit('preprocessor_config.json', (p) =>
      Object.assign(p, { do_center_crop: undefined, image_processor_type: 'CLIPImageProcessor' }),
    );
    expect((await readModelSettings(dir)).pixels).toMatchObject({ cutFrom: { shortestEdge: 50 } });
    await edit('preprocessor_config.json', (p) => Object.assign(p, { do_center_crop: false }));
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('50 x 50') as string,
    });
  });

  it.each<[string, (p: Json) => void]>([
    [
      'do_center_crop',
      (p) => {
        p.do_center_crop = true;
      },
    ],
    [
      'not resized',
      (p) => {
        p.do_resize = false;
      },
    ],
    [
      'padded',
      (p) => {
        p.do_pad = true;
      },
    ],
  ])('refuse pictures that are prepared in a way that cannot be followed: %s', async (name, change) => {
    await edit('preprocessor_config.json', change);
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-unsupported',
      message: expect.stringContaining(name) as string,
    });
  });

  it.each<[string, (c: Json) => void]>([
    [
      'text_config.hidden_size',
      (c) => {
        c.text_config.hidden_size = '64';
      },
    ],
    [
      'vision layer 9',
      (c) => {
        c.vision_feature_layer = 9;
      },
    ],
    [
      'key and value heads',
      (c) => {
        c.text_config.num_key_value_heads = 3;
      },
    ],
    [
      'picture token',
      (c) => {
        c.image_token_index = 5000;
      },
    ],
  ])('refuse a config.json that is wrong at %s', async (where, change) => {
    await edit('config.json', change);
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining(where) as string,
    });
  });

  it('refuse pictures of another size than the tower takes', async () => {
    await edit('preprocessor_config.json', (p) => {
      p.size = { height: 384, width: 384 };
    });
    await expect(readModelSettings(dir)).rejects.toMatchObject({
      code: 'model-broken',
      message: expect.stringContaining('384 x 384') as string,
    });
  });
});

describe('the graphs of a model folder', () => {
  it('are found with their formats and external weights', async () => {
    await graph('vision_encoder_q4.onnx', 10);
    await graph('embed_tokens_fp16.onnx', 20);
    await graph('decoder_model_merged.onnx', 30);
    await graph('decoder_model_merged.onnx_data', 1000);
    await graph('decoder_model_merged.onnx_data_1', 500);
    await graph('decoder_model_merged_q4f16.onnx', 40);
    const folder = await readModelFolder(dir);
    expect(Object.keys(folder.graphs.decoder_model_merged)).toEqual(['fp32', 'q4f16']);
    expect(folder.graphs.decoder_model_merged.fp32?.bytes).toBe(1530);
    expect(folder.graphs.vision_encoder.q4?.bytes).toBe(10);
    expect(folder.totalBytes).toBe(1600);
  });

  it('must be there, each of the three', async () => {
    await expect(readModelFolder(dir)).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('onnx/vision_encoder.onnx') as string,
      advice: expect.stringContaining('prepare') as string,
    });
    await graph('vision_encoder.onnx', 1);
    await graph('embed_tokens.onnx', 1);
    await rm(join(dir, 'model.safetensors'));
    await expect(readModelFolder(dir)).rejects.toMatchObject({
      code: 'model-incomplete',
      message: expect.stringContaining('onnx/decoder_model_merged.onnx') as string,
      advice: 'Download the model again.',
    });
  });

  it('give the folder a fingerprint that follows the content', async () => {
    for (const part of ['vision_encoder', 'embed_tokens', 'decoder_model_merged']) await graph(`${part}.onnx`, 9000);
    const fingerprint = async () => modelFingerprint(await readModelFolder(dir), new FileHashes());
    const first = await fingerprint();
    expect(await fingerprint()).toBe(first);
    await writeFile(join(dir, 'onnx/decoder_model_merged.onnx'), new Uint8Array(9000).fill(1, 4321, 4322)); // one byte differs
    const second = await fingerprint();
    expect(second).not.toBe(first);
    await edit('generation_config.json', (g) => {
      g.temperature = 0.5;
    });
    expect(await fingerprint()).not.toBe(second);
  });
});

describe('the chat template of a model folder', () => {
  const TEMPLATE = "{% for m in messages %}[{% for c in m['content'] %}{{ c['text'] }}{% endfor %}]{% endfor %}";
  const places: [string, (folder: string) => Promise<void>][] = [
    ['chat_template.jinja', (folder) => writeFile(join(folder, 'chat_template.jinja'), TEMPLATE)],
    [
      'chat_template.json',
      (folder) => writeFile(join(folder, 'chat_template.json'), JSON.stringify({ chat_template: TEMPLATE })),
    ],
    ['tokenizer_config.json', () => edit('tokenizer_config.json', (c) => (c['chat_template'] = TEMPLATE))],
    [
      'tokenizer_config.json, among several',
      () =>
        edit('tokenizer_config.json', (c) => {
          c['chat_template'] = [
            { name: 'tool_use', template: 'x' },
            { name: 'default', template: TEMPLATE },
          ];
        }),
    ],
  ];

  it.each(places)('is found in %s', async (_, write) => {
    await rm(dir, { recursive: true });
    await cp(join(GOLDEN, 'onevision'), dir, { recursive: true });
    await rm(join(dir, 'chat_template.json'));
    await write(dir);
    const { format } = await readModelSettings(dir);
    const spans = format.prompt([{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], undefined, () => false);
    expect(spans).toEqual([{ type: 'text', text: '[Hi]' }]);
  });

  it('is refused, if it fails or leaves something out', async () => {
    await rm(dir, { recursive: true });
    await cp(join(GOLDEN, 'onevision'), dir, { recursive: true });
    const ask = async (template: string) => {
      await writeFile(join(dir, 'chat_template.jinja'), template);
      const { format } = await readModelSettings(dir);
      return format.prompt([{ role: 'user', parts: [{ type: 'text', text: 'Hi' }] }], undefined, () => false);
    };
    for (const bad of [
      '{% if %}',
      'nothing',
      '{{ messages[7].content }}',
      '{{ raise_exception("no") }}',
      'x'.repeat(300_000),
    ])
      await expect(ask(bad)).rejects.toMatchObject({ code: 'model-broken' });
  });
});

it.each([
  ['onevision', 'config.json', { image_grid_pinpoints: [[40000, 40000]] }],
  ['smolvlm', 'preprocessor_config.json', { size: { longest_edge: 4096 } }],
])('a %s model whose %s asks for thousands of tiles is refused', async (golden, file, change) => {
  await rm(dir, { recursive: true });
  await cp(join(GOLDEN, golden), dir, { recursive: true });
  await edit(file, (json) => Object.assign(json, change));
  await expect(readModelSettings(dir)).rejects.toMatchObject({
    code: 'model-unsupported',
    message: expect.stringContaining('more than 100 tiles') as string,
  });
});
