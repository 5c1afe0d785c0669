// SPDX-License-Identifier: Apache-2.0
/**
 * Models that run on a server: describes the server at an address and asks its models. Speaks OpenAI's chat completions
 * and Ollama's own API. This is the only room that uses the network.
 */
export { placeOf, Secret, type ServerAddress, type ServerPlace } from './address';
export type { OnWords } from './answer';
export { Connection, PATIENCE, type ConnectionOptions, type Patience } from './connection';
export { describe } from './describe';
export { SERVER_KINDS, type ServerDescription, type ServerKind, type ServerModel } from './description';
export { TokenEstimates, type Measured, type TokenEstimate } from './estimates';
export { ServerError, type FailureFacts, type SoFar } from './failure';
export { findLocalServers, LOCAL_PORTS, type FoundServer } from './find';
export { EXACT, type PictureFormat, type SentPictureFile } from './pictures';
export { Pool, type PoolOptions } from './pool';
export type { ServerSampling } from './sampling';
export {
  ServerEngine,
  type ServerAnswer,
  type ServerAskOptions,
  type ServerBudget,
  type ServerEngineOptions,
  type ServerQuestion,
  type ServerReceipt,
} from './server-engine';
