// SPDX-License-Identifier: Apache-2.0
import { request, type Dispatcher } from 'undici';
import { z } from 'zod';
import { cancelled, throwIfCancelled } from '../../contract';
import { dispatcherFor, pauseFor, retryAfter, type Secret } from '../../network';
import { BusyHub, gated, LONGEST_PAUSE, notAHub, unknownRepo, unreachable } from './failure';
import { checkPath, checkRepo, type RepoFacts } from './repo';

export interface HubOptions {
  /** Default: HF_ENDPOINT, or the public hub. */
  endpoint?: string | undefined;
  token?: Secret | undefined;
  /** As in `dispatcherFor`. */
  proxy?: string | null | undefined;
  /** Milliseconds without a byte after which a connection counts as lost. Default: 30 seconds. */
  patience?: number | undefined;
}

/** A model that a search found. */
export interface FoundRepo {
  repo: string;
  downloads: number;
  license: string | null;
}

/** The bytes of a file from a position on. */
export interface OpenFile {
  /** Where the bytes begin: as asked, or 0 if the host ignores ranges. */
  from: number;
  /** Whether the host answers with the range that was asked for, or with the whole file. */
  isRange: boolean;
  /** Bytes of the whole file, where the host names them. */
  total: number | null;
  bytes: AsyncIterable<Uint8Array>;
  close: () => void;
}

const PUBLIC = 'https://huggingface.co';
const CONNECT_MS = 15_000;
const MOST_REDIRECTS = 5;
/** How often a busy hub is asked about a repository. */
const MOST_TRIES = 3;
/** Largest reply about a repository, in bytes. */
const MOST_FACTS = 64_000_000;

const Sibling = z.object({
  rfilename: z.string(),
  size: z.number().int().nonnegative(),
  blobId: z.string().regex(/^[0-9a-f]{40}$/),
  lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int() }).nullish(),
});
const Model = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.boolean(), z.string()]).nullish(),
  tags: z.array(z.string()).nullish(),
  siblings: z.array(Sibling),
});
const Search = z.array(
  z.object({ id: z.string(), downloads: z.number().nullish(), tags: z.array(z.string()).nullish() }),
);

/** A hub of models, such as huggingface.co or a mirror. Each call contacts it, and nothing else does. */
export class Hub {
  readonly host: string;
  /** Protocol and host. Only this origin is sent the token. */
  readonly origin: string;
  readonly #endpoint: string;
  readonly #options: HubOptions;
  readonly #dispatchers = new Map<string, Dispatcher>();

  constructor(options: HubOptions = {}) {
    this.#endpoint = (options.endpoint ?? process.env['HF_ENDPOINT'] ?? PUBLIC).replace(/\/+$/, '');
    ({ host: this.host, origin: this.origin } = new URL(this.#endpoint));
    this.#options = options;
  }

  /** The page of a repository, for people. */
  page(repo: string): string {
    return `${this.#endpoint}/${repo}`;
  }

  /** Describes a repository. @throws model-missing, server-denied, server-unreachable, not-a-server; cancelled. */
  async facts(name: string, revision = 'main', signal?: AbortSignal): Promise<RepoFacts> {
    const repo = checkRepo(name);
    const path = `/api/models/${repo}/revision/${encodeURIComponent(revision)}?blobs=true`;
    const model = await this.#json(path, Model, repo, signal);
    return {
      repo,
      commit: model.sha,
      gated: model.gated !== false && model.gated != null,
      license: licenseOf(model.tags),
      files: model.siblings.map(({ rfilename, size, blobId, lfs }) => ({
        path: checkPath(rfilename),
        size: lfs?.size ?? size,
        hash: lfs ? { kind: 'sha256', value: lfs.sha256 } : { kind: 'git', value: blobId },
      })),
    };
  }

  /** Models with these words in their name, the most downloaded first. @throws as `facts`. */
  async search(words: string, signal?: AbortSignal): Promise<FoundRepo[]> {
    const query = new URLSearchParams({ search: words, sort: 'downloads', direction: '-1', limit: '30' });
    const found = await this.#json(`/api/models?${query.toString()}`, Search, words, signal);
    return found.map(({ id, downloads, tags }) => ({ repo: id, downloads: downloads ?? 0, license: licenseOf(tags) }));
  }

  /**
   * Opens a file at a commit, from a position on and up to, not including, another one (default: its end). The commit in
   * the address makes all ranges those of one version. @throws as `facts`.
   */
  async open(
    { repo, commit }: RepoFacts,
    path: string,
    { from, to }: { from: number; to?: number },
    signal?: AbortSignal,
  ): Promise<OpenFile> {
    const address = `${this.#endpoint}/${repo}/resolve/${commit}/${path.split('/').map(encodeURIComponent).join('/')}`;
    const range: Record<string, string> =
      from > 0 || to !== undefined ? { range: `bytes=${from}-${to === undefined ? '' : to - 1}` } : {};
    const { response, watch } = await this.#request(address, range, repo, signal);
    const isRange = response.statusCode === 206;
    const given = /^bytes (\d+)-\d+\/(\d+)?/.exec(String(response.headers['content-range'] ?? ''));
    return {
      from: isRange ? Number(given?.[1] ?? from) : 0,
      isRange,
      total: given?.[2] === undefined ? null : Number(given[2]),
      bytes: watch.over(response.body),
      close: () => {
        watch.stop();
        response.body.destroy();
      },
    };
  }

  async #json<T>(path: string, shape: z.ZodType<T>, about: string, signal: AbortSignal | undefined): Promise<T> {
    const { response, watch } = await this.#patiently(path, about, signal);
    let text = '';
    const decoder = new TextDecoder();
    try {
      for await (const bytes of watch.over(response.body)) {
        text += decoder.decode(bytes, { stream: true });
        if (text.length > MOST_FACTS) break;
      }
    } catch (error) {
      throwIfCancelled(signal);
      throw unreachable(this.host, String(error));
    }
    try {
      return shape.parse(JSON.parse(text));
    } catch (error) {
      throw notAHub(this.host, `${String(error).slice(0, 500)}\n${text.slice(0, 200)}`);
    }
  }

  /** Asks again after the pause that a busy hub asks for; where it names none, the refusal stands. */
  async #patiently(path: string, about: string, signal: AbortSignal | undefined): Promise<Reply> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#request(this.#endpoint + path, {}, about, signal);
      } catch (error) {
        const pause = error instanceof BusyHub ? error.pause : undefined;
        if (pause === undefined || pause > LONGEST_PAUSE || tries === MOST_TRIES) throw error;
        await pauseFor(pause, signal);
      }
    }
  }

  /** Sends a GET and follows redirects. The token goes to the hub itself only, never to where it redirects. */
  async #request(
    address: string,
    headers: Record<string, string>,
    about: string,
    signal: AbortSignal | undefined,
  ): Promise<Reply> {
    const { token, patience = 30_000 } = this.#options;
    let url = new URL(address);
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      throwIfCancelled(signal);
      const watch = new Watch(url.host, patience, signal);
      const isHub = url.origin === this.origin;
      const key = isHub ? token?.reveal() : undefined;
      let response: Dispatcher.ResponseData;
      try {
        response = await request(url, {
          dispatcher: this.#dispatcher(url),
          signal: watch.signal,
          headers: { ...headers, ...(key !== undefined && { authorization: `Bearer ${key}` }) },
        });
      } catch (error) {
        watch.stop();
        if (signal?.aborted) throw cancelled();
        throw unreachable(url.host, String(error));
      }
      const { statusCode: status, headers: replied } = response;
      if (status === 200 || status === 206) return { response, watch };
      watch.stop();
      response.body.on('error', () => undefined).destroy();
      const { location } = replied;
      if (status >= 300 && status < 400 && typeof location === 'string') {
        url = new URL(location, url);
        continue;
      }
      throw this.#refusal(status, url, about, retryAfter(replied['retry-after']));
    }
    throw notAHub(this.host, 'too many redirects');
  }

  #refusal(status: number, url: URL, about: string, pause: number | undefined): Error {
    const detail = `${status} ${url.origin}${url.pathname}`;
    if (status === 429 || status === 503) return new BusyHub(url.host, detail, pause);
    if (status >= 500) return unreachable(url.host, detail);
    // The address of a file at another host expires; it is asked for anew.
    if (url.origin !== this.origin) return unreachable(url.host, detail);
    if (status === 403 || (status === 401 && this.#options.token)) return gated(about, this.page(about), detail);
    if (status === 401 || status === 404) return unknownRepo(about, detail); // the hub says 401 for what it does not show
    return notAHub(url.host, detail);
  }

  #dispatcher({ origin, hostname }: URL): Dispatcher {
    const known = this.#dispatchers.get(origin);
    if (known) return known;
    const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname);
    const made = dispatcherFor({ loopback, proxy: this.#options.proxy, connectMs: CONNECT_MS });
    this.#dispatchers.set(origin, made);
    return made;
  }
}

const licenseOf = (tags: readonly string[] | null | undefined): string | null =>
  tags?.find((tag) => tag.startsWith('license:'))?.slice('license:'.length) ?? null;

interface Reply {
  response: Dispatcher.ResponseData;
  watch: Watch;
}

/** Aborts a request without a byte for too long. */
class Watch {
  readonly #stalled = new AbortController();
  readonly signal: AbortSignal;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly host: string,
    private readonly ms: number,
    signal: AbortSignal | undefined,
  ) {
    this.signal = signal ? AbortSignal.any([signal, this.#stalled.signal]) : this.#stalled.signal;
    this.#again();
  }

  async *over(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    try {
      for await (const bytes of body) {
        this.#again();
        yield bytes;
      }
    } catch (error) {
      // Else it would look as if the user had cancelled.
      if (this.#stalled.signal.aborted) throw unreachable(this.host, `no byte for ${this.ms} ms`);
      throw error;
    } finally {
      this.stop();
    }
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #again(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#stalled.abort(), this.ms);
  }
}
