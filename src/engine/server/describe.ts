// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import type { ServerDescription, ServerKind, ServerModel } from '../../contract';
import type { Connection } from './connection';
import { notAServer, ServerError } from './failure';
import { jsonBody } from './json-body';

const Models = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      owned_by: z.string().nullish(),
      max_model_len: z.number().nullish(),
      meta: z.object({ n_ctx_train: z.number().nullish() }).nullish().catch(null),
    }),
  ),
});
type Listed = z.infer<typeof Models>['data'];

const OllamaTags = z.object({ models: z.array(z.object({ name: z.string() })).nullish() });
const OllamaShow = z.object({
  capabilities: z.array(z.string()).nullish(),
  model_info: z.record(z.string(), z.unknown()).nullish(),
  projector_info: z.record(z.string(), z.unknown()).nullish(),
  renderer: z.string().nullish(),
});
const LmStudioModels = z.object({
  data: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      max_context_length: z.number().nullish(),
      loaded_context_length: z.number().nullish(),
    }),
  ),
});
const LlamaProps = z.object({
  default_generation_settings: z.object({ n_ctx: z.number().nullish() }),
  modalities: z.object({ vision: z.boolean().nullish() }).nullish(),
  build_info: z.string().nullish(),
});
const SglangInfo = z.object({
  has_image_understanding: z.boolean().nullish(),
});
const Version = z.object({ version: z.string() });

/** Number of models of one server that are queried at once. */
const SHOWN_AT_ONCE = 4;

/**
 * Describes the server at an address: which program it is, its models, and the properties of each. First asks for the
 * list of models, which all programs have; the answer tells which program-specific requests to make.
 * @throws server-unreachable, not-a-server, server-denied and the like; cancelled.
 */
export async function describe(connection: Connection, signal?: AbortSignal): Promise<ServerDescription> {
  const listed = await listOf(connection, signal);
  const facts = <T>(path: string, shape: z.ZodType<T>, body?: object) =>
    factsAt(connection, { path, body: body && jsonBody(() => body), signal }, shape);
  const owners = new Set(listed?.map(({ owned_by }) => owned_by));

  if (listed && owners.has('vllm')) {
    const version = await facts('/version', Version);
    return described('vLLM', version?.version, listed.map(fromList));
  }
  if (listed && owners.has('sglang')) {
    const [info, version] = await Promise.all([
      facts('/model_info', SglangInfo).then((found) => found ?? facts('/get_model_info', SglangInfo)),
      facts('/server_info', Version),
    ]);
    const pictures = info?.has_image_understanding ?? null;
    return described(
      'SGLang',
      version?.version,
      listed.map((model) => ({ ...fromList(model), pictures })),
    );
  }
  if (listed && owners.has('llamacpp')) return llamaCpp(listed, await facts('/props', LlamaProps));

  const [lmStudio, ollama] = await Promise.all([
    facts('/api/v0/models', LmStudioModels),
    facts('/api/tags', OllamaTags),
  ]);
  if (ollama?.models) {
    const version = await facts('/api/version', Version);
    const models: ServerModel[] = [];
    const names = ollama.models.map(({ name }) => name);
    for (let k = 0; k < names.length; k += SHOWN_AT_ONCE) {
      const some = names.slice(k, k + SHOWN_AT_ONCE).map(async (name) => {
        const shown = await facts('/api/show', OllamaShow, { model: name });
        return ollamaModel(name, shown);
      });
      models.push(...(await Promise.all(some)).filter((model) => model !== null));
    }
    return described('Ollama', version?.version, models);
  }
  if (lmStudio) {
    const models = lmStudio.data
      .filter(({ type }) => type !== 'embeddings')
      .map(({ id, type, max_context_length = null, loaded_context_length = null }): ServerModel => ({
        id,
        pictures: type === 'vlm',
        context: loaded_context_length ?? max_context_length,
        longestContext: max_context_length,
      }));
    return described('LM Studio', undefined, models);
  }
  if (!listed) throw notAServer(connection.place.host, 'none of the lists of models is there');
  const props = await facts('/props', LlamaProps);
  if (props) return llamaCpp(listed, props);
  return described(
    (await isTransformers(connection, signal)) ? 'transformers' : 'other',
    undefined,
    listed.map(fromList),
  );
}

const described = (kind: ServerKind, version: string | undefined, models: ServerModel[]): ServerDescription => ({
  kind,
  version: version ?? null,
  models,
});

/** vLLM and SGLang add the context length to the list of models; OpenAI's protocol has no field for it. */
const fromList = ({ id, max_model_len = null }: Listed[number]): ServerModel => ({
  id,
  pictures: null,
  context: max_model_len,
  longestContext: max_model_len,
});

function llamaCpp(listed: Listed, props: z.infer<typeof LlamaProps> | null): ServerDescription {
  const models = listed.map(({ id, meta }): ServerModel => ({
    id,
    pictures: props?.modalities?.vision ?? null,
    context: props?.default_generation_settings.n_ctx ?? null,
    longestContext: meta?.n_ctx_train ?? null,
  }));
  return described('llama.cpp', props?.build_info ?? undefined, models);
}

function ollamaModel(name: string, shown: z.infer<typeof OllamaShow> | null): ServerModel | null {
  const { capabilities, model_info, projector_info, renderer } = shown ?? {};
  if (capabilities?.includes('embedding')) return null;
  const length = Object.entries(model_info ?? {}).find(([key]) => key.endsWith('.context_length'))?.[1];
  const context = typeof length === 'number' ? length : null;
  return {
    id: name,
    // Versions that do not list capabilities still describe the vision part.
    pictures: capabilities ? capabilities.includes('vision') : projector_info ? true : null,
    context,
    longestContext: context,
    hasRenderer: Boolean(renderer),
  };
}

/**
 * Whether the server is `transformers serve`. It reports no name; it is recognized by its health reply and a header of
 * its own.
 */
async function isTransformers(connection: Connection, signal: AbortSignal | undefined): Promise<boolean> {
  try {
    const reply = await connection.send({ path: '/health', signal, patience: connection.patience.facts });
    let text = '';
    for await (const piece of reply.text) text = (text + piece).slice(0, 100);
    return (
      /^\{"status": ?"ok"\}$/.test(text) &&
      reply.headers['x-request-id'] !== undefined &&
      reply.headers.server === 'uvicorn'
    );
  } catch (error) {
    return missing(error);
  }
}

/** @returns null if the server has no such list. */
async function listOf(connection: Connection, signal: AbortSignal | undefined): Promise<Listed | null> {
  const found = await factsAt(connection, { path: '/v1/models', signal }, Models);
  return found?.data ?? null;
}

/** @returns null if the reply does not have this shape. */
async function factsAt<T>(
  connection: Connection,
  call: Parameters<Connection['json']>[0],
  shape: z.ZodType<T>,
): Promise<T | null> {
  try {
    const found = shape.safeParse(await connection.json(call));
    return found.success ? found.data : null;
  } catch (error) {
    missing(error);
    return null;
  }
}

/** Returns false for errors that only mean that this resource does not exist. @throws all other errors. */
function missing(error: unknown): false {
  const absent = ['not-a-server', 'server-refused', 'server-model-unknown', 'server-broken', 'server-failed'];
  if (error instanceof ServerError && absent.includes(error.code)) return false;
  throw error;
}
