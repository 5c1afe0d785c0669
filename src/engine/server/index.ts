// SPDX-License-Identifier: Apache-2.0
/**
 * Models that run on a server: describes the server at an address and asks its models. Speaks OpenAI's chat completions
 * and Ollama's own API. This is the only room that uses the network.
 */
export { SavedServers, type NewServer } from './saved-servers';
export { tryModel } from './try-model';
export { placeOf, type ServerAddress, type ServerPlace } from './address';
export type { OnWords } from './answer';
export { Connection, PATIENCE, type ConnectionOptions, type Patience } from './connection';
export { describe } from './describe';
export { TokenEstimates, type Measured, type TokenEstimate } from './estimates';
export { ServerError, type FailureFacts, type SoFar } from './failure';
export { findLocalServers, LOCAL_PORTS } from './find';
export { Pool, type PoolOptions } from './pool';
export type { ServerSampling } from './sampling';
export {
  ServerEngine,
  type ServerAskOptions,
  type ServerBudget,
  type ServerEngineOptions,
  type ServerQuestion,
} from './server-engine';
