// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState } from 'react';
import type { Budget } from '../../contract';
import { LEAST_ANSWER_ROOM, picturesThatFit } from '../../sequence';
import { attempt, bridge, useStore } from '../state';

const SETTLE_MS = 220;

export interface BudgetView {
  budget: Budget;
  /** Refused: too long for the context, or for the memory. */
  over: boolean;
  /** The reason is memory. */
  short: boolean;
  /** How many of the tray's pictures would fit; null if removing pictures would not help. */
  fit: number | null;
  /** The answer has less room than the user's limit. */
  tight: boolean;
}

/** Interprets a budget for a tray of `pictures`, some of which the conversation may already hold. */
export function overBudget(budget: Budget, pictures: number, wanted: number): BudgetView {
  const { limit, estimated } = budget;
  const guessed = estimated?.answers === 0; // a guess refuses nothing
  const tooLong = limit !== null && !guessed && budget.prompt + LEAST_ANSWER_ROOM > limit;
  const short = !tooLong && budget.memory !== undefined && budget.memory.needed > budget.memory.free;
  const over = tooLong || short;
  const fit = over ? Math.min(picturesThatFit(budget, Math.min(wanted, 64)), pictures - 1) : pictures;
  return {
    budget,
    over,
    short,
    fit: over && fit > 0 ? fit : null,
    tight: !over && !guessed && limit !== null && budget.prompt + wanted > limit,
  };
}

/** The token use of the question that would be sent now, measured by the model's tokenizer after typing pauses. */
export function useBudget(): BudgetView | null {
  const tray = useStore((s) => s.project.tray);
  const text = useStore((s) => s.draft);
  const instead = useStore((s) => s.editing?.id);
  const placement = useStore((s) => s.settings.placement);
  const times = useStore((s) => s.settings.frameTimes);
  const labels = useStore((s) => s.settings.segmentLabels);
  const memory = useStore((s) => s.settings.memory);
  const messages = useStore((s) => s.project.messages.length);
  const answering = useStore((s) => s.live !== null); // when it has ended, its conversation is cached
  const model = useStore((s) => s.project.model);
  const ready = useStore((s) => s.project.model !== null || s.engine.state === 'ready');
  const wanted = useStore((s) => s.settings.sampling.maxNewTokens);
  const saving = useStore((s) => s.madeSaves > 0);
  const [measured, setMeasured] = useState<{ budget: Budget; pictures: number } | null>(null);
  const turn = useRef(0);

  useEffect(() => {
    if (!ready || saving) return;
    const mine = ++turn.current;
    const timer = setTimeout(() => {
      void attempt(() => bridge()['conversation.measure']({ text, placement, instead })).then((reply) => {
        // A question with more placeholders than pictures cannot be measured; asking it reports the error.
        if (turn.current === mine && reply.ok)
          setMeasured(reply.value && { budget: reply.value, pictures: tray.length });
      });
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [tray, text, instead, placement, times, labels, memory, messages, answering, model, ready, saving]);

  return measured && ready ? overBudget(measured.budget, measured.pictures, wanted) : null;
}
