// SPDX-License-Identifier: Apache-2.0
import type { FoundServer, ServerModelRef, ServerTest, ShownServer, StreamHandle } from '../../contract';
import { bridge, unwrap } from './bridge';
import { receiveProject } from './project';
import { get, set } from './store';
import { recordRemoval } from './undo';

/** Servers that the user has added, and the choice of the model that answers. */

const receive = (servers: ShownServer[] | undefined): void => {
  if (servers) set({ servers });
};

export const findServers = (): StreamHandle<FoundServer[]> => bridge()['server.find']({}, () => undefined);

/** Contacts a server and adds it. `result` also has its id. */
export function addServer(server: { url: string; name: string; key: string }): StreamHandle<string> {
  const handle = bridge()['server.add'](server, () => undefined);
  const result = handle.result.then((reply) => {
    if (!reply.ok) return reply;
    receive(reply.value.servers);
    return { ok: true as const, value: reply.value.server };
  });
  return { result, cancel: () => handle.cancel() };
}

/** Asks a server for its models again. */
export function refreshServer(server: string): StreamHandle<ShownServer[]> {
  const handle = bridge()['server.refresh']({ server }, () => undefined);
  void handle.result.then((reply) => reply.ok && receive(reply.value));
  return handle;
}

/** Asks a model of a server about a small picture. `model` null: the first that sees pictures. */
export function testServer(server: string, model: string | null): StreamHandle<ServerTest> {
  const handle = bridge()['server.test']({ server, model }, () => undefined);
  void handle.result.then((reply) => reply.ok && void readServers());
  return handle;
}

export const readServers = async (): Promise<void> => receive(await unwrap(() => bridge()['server.list'](undefined)));

export const changeServer = async (
  server: string,
  change: { name?: string; key?: string; format?: ShownServer['format']; named?: string[] },
): Promise<void> => receive(await unwrap(() => bridge()['server.change']({ server, ...change })));

/** Removes a server from the list. It can be undone. */
export async function removeServer(server: string): Promise<void> {
  const name = get().servers.find(({ id }) => id === server)?.name ?? '';
  const edit = crypto.randomUUID();
  const left = await unwrap(() => bridge()['server.remove']({ server, edit }));
  if (!left) return;
  receive(left);
  recordRemoval({ of: 'server', name }, edit);
}

/** Chooses the model that answers in this project. Null: the local model. */
export async function chooseModel(model: ServerModelRef | null): Promise<void> {
  const project = await unwrap(() => bridge()['project.model']({ model }));
  if (project) receiveProject(project);
}
