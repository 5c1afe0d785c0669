// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { Budget, Composition, Part, Sampling, ServerAnswer } from '../ask';
import { Id } from '../items';
import { Project } from '../project';
import {
  FoundServer,
  PictureFormat,
  SavedServer,
  ServerAccess,
  ServerDescription,
  ServerModel,
  ServerModelRef,
  ServerTest,
  ShownServer,
} from '../servers';
import { ProgressInfo } from '../wire';
import { none, type Calls } from './call';

const list = z.array(ShownServer);
const server = z.object({ server: Id });
const key = z.string().max(10_000);

/** A question to a model of a server, as the engine receives it. */
const question = z.object({
  access: ServerAccess,
  model: ServerModel.shape.id,
  /** The last description of the server; null if there is none. */
  description: ServerDescription.nullable(),
  format: PictureFormat,
  composition: Composition,
  sampling: Sampling,
});

/** Servers that run models, and questions to them. A server is contacted only by the calls that say so. */
export const servers = {
  'server.list': { owner: 'main', request: none, answer: list },
  /** Asks the known ports of this machine, and no other machine. */
  'server.find': { owner: 'engine', request: z.object({}), event: z.never(), answer: z.array(FoundServer) },
  /**
   * Contacts the server and adds it. If it is on another machine, the user is asked first whether questions may go
   * there. @throws cancelled if they may not; server-unreachable and the like, and then it is not added.
   */
  'server.add': {
    owner: 'main',
    request: z.object({ url: SavedServer.shape.url, name: z.string().max(100), key }),
    event: z.never(),
    answer: z.object({ server: Id, servers: list }),
  },
  /** Contacts the server and returns the list with its new description. */
  'server.refresh': { owner: 'main', request: server, event: z.never(), answer: list },
  /** Contacts the server and asks one of its models about a small picture. `model` null: the first that sees pictures. */
  'server.test': {
    owner: 'main',
    request: server.extend({ model: ServerModel.shape.id.nullable() }),
    event: z.never(),
    answer: ServerTest,
  },
  'server.change': {
    owner: 'main',
    request: server.extend({
      name: SavedServer.shape.name.optional(),
      format: PictureFormat.optional(),
      named: z.array(ServerModel.shape.id).max(100).optional(),
      /** Empty: the key is forgotten. Absent: it stays. */
      key: key.optional(),
    }),
    answer: list,
  },
  /** `project.reverse` of this edit adds the server again, with its key. */
  'server.remove': { owner: 'main', request: server.extend({ edit: Id }), answer: list },
  /** Chooses the model that answers in the open project. Null: the local model. */
  'project.model': { owner: 'main', request: z.object({ model: ServerModelRef.nullable() }), answer: Project },

  'server.describe': {
    owner: 'engine',
    from: 'main',
    request: z.object({ access: ServerAccess }),
    event: z.never(),
    answer: ServerDescription,
  },
  'server.try': {
    owner: 'engine',
    from: 'main',
    request: z.object({ access: ServerAccess, model: ServerModel.shape.id.nullable(), format: PictureFormat }),
    event: z.never(),
    answer: ServerTest,
  },
  /** Estimates what a question needs, without contacting the server. */
  'server.measure': { owner: 'engine', from: 'main', request: question, answer: Budget },
  /** @throws before `accepted`: errors of composing, and what is known to be too much; after it: errors of the server. */
  'server.ask': {
    owner: 'engine',
    from: 'main',
    request: question,
    event: z.discriminatedUnion('type', [
      z.object({ type: z.literal('accepted'), parts: z.array(Part) }),
      z.object({ type: z.literal('progress'), progress: ProgressInfo }),
      z.object({ type: z.literal('text'), delta: z.string() }),
      z.object({ type: z.literal('reasoning'), delta: z.string() }),
    ]),
    answer: ServerAnswer,
  },
} as const satisfies Calls;
