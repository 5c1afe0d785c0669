// SPDX-License-Identifier: Apache-2.0
import type { MainHandlers } from '../../contract';
import type { Library } from '../../library';
import type { CurrentProject, Reversal } from '../current-project';
import type { Servers } from '../servers';

/** Calls about servers, and about the model that answers in a project. */
export const serverCalls = (servers: Servers, library: Library, project: CurrentProject) => {
  const remove = (id: string): Reversal => {
    const putBack = servers.remove(id);
    return () => {
      putBack();
      return () => remove(id);
    };
  };
  return {
    'server.list': () => servers.list(),
    'server.add': async (asked, _emit, signal) => {
      const server = await servers.add(asked, signal);
      return { server, servers: servers.list() };
    },
    'server.refresh': async ({ server }, _emit, signal) => {
      await servers.refresh(server, signal);
      return servers.list();
    },
    'server.test': ({ server, model }, _emit, signal) => servers.test(server, model, signal),
    'server.change': ({ server, ...change }) => {
      servers.change(server, change);
      return servers.list();
    },
    'server.remove': ({ server, edit }) => {
      project.rememberEdit(edit, remove(server));
      return servers.list();
    },
    'project.model': ({ model }) => {
      if (model) servers.get(model.server);
      library.conversations.setModel(project.id, model);
      return project.read();
    },
  } satisfies Partial<MainHandlers>;
};
