// SPDX-License-Identifier: Apache-2.0
import {
  pictureName,
  type Composition,
  type EngineRequest,
  type Message,
  type Placement,
  type Receipt,
  type Sampling,
  type ServerModelRef,
} from '../contract';
import type { Library } from '../library';
import { answeredTurns, itemsOf } from '../sequence';
import type { Question } from './answer-messages';
import { sourceFile, type CurrentProject } from './current-project';
import type { Servers } from './servers';

/** What of the settings changes the prompt. */
export interface Style {
  /** Null: the system prompt that the model was trained with. */
  system: string | null;
  frameTimes: boolean;
  segmentLabels: boolean;
}

/** Gathers what a question is composed of: the messages before it, pictures, settings and subtitles. */
export class Composing {
  constructor(
    private readonly library: Library,
    private readonly servers: Servers,
    private readonly project: CurrentProject,
  ) {}

  /** The question with the tray and the earlier messages. */
  question(
    history: readonly Message[],
    text: string,
    placement: Placement,
    style: Style = this.library.settings(),
  ): Composition {
    const project = this.project.id;
    const { frameTimes, segmentLabels, system } = style;
    const setups = this.library.videoSetups(project);
    const spoken = this.library.sources(project).flatMap((source) => {
      const choice = setups[source.id]?.subtitles;
      if (!choice?.sent) return [];
      return [{ source: sourceFile(this.library, source), track: choice.track, encoding: choice.encoding }];
    });
    return {
      history: answeredTurns(history),
      items: this.library.tray(project),
      text,
      placement,
      ...(system !== null && { system }),
      captions: { frameTimes, segmentLabels, subtitles: spoken },
    };
  }

  /**
   * A question that was asked before, with the pictures that it was asked with.
   * @param receipt of its answer. @param changed settings to use instead of those of the receipt.
   */
  again(
    history: readonly Message[],
    question: Question,
    receipt: Receipt | null,
    changed?: Style & { placement: Placement },
  ): Composition {
    const seen = new Set(receipt?.pictures.map(({ picture }) => pictureName(picture)));
    const before = history.flatMap((message) => (message.role === 'user' ? itemsOf(message.parts) : []));
    const items = receipt ? before.filter(({ picture }) => seen.has(pictureName(picture))) : before;
    const composed = receipt && 'composed' in receipt ? receipt.composed : undefined;
    const placement = changed?.placement ?? question.placement;
    return {
      ...this.question(history, question.text, placement, changed ?? composed),
      items: [...items, ...itemsOf(question.parts)],
      ...(placement === question.placement && { asked: question.parts }),
    };
  }

  /** A question as the engine receives it for a model of a server. @throws server-not-allowed; bad-request. */
  async toServer(
    { server: id, model }: ServerModelRef,
    composition: Composition,
    sampling: Sampling,
  ): Promise<EngineRequest<'server.ask'>> {
    const server = this.servers.get(id);
    const { description, format } = server;
    return { access: await this.servers.access(server), model, description, format, composition, sampling };
  }
}
