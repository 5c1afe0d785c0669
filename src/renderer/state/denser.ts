import type { TimeRange } from '../../contract';
import { LEAST_ANSWER_ROOM } from '../../sequence';
import { attempt, bridge, take } from './bridge';
import { get, set, type Proposal } from './store';
import { insertFrames } from './video';

/** A plan takes no more at once. */
const MOST = 512;
export const DENSER = [2, 4, 8] as const;

/** When the tray's frames of a video are shown, in seconds. */
export const frameTimes = (source: string): number[] =>
  get().project.tray.flatMap(({ origin }) =>
    origin.kind === 'frame' && origin.source.id === source ? [origin.time] : [],
  );

/** Room in the prompt for more pictures, as asked now; null while no model is there to say. */
async function room(): Promise<{ pictures: number; perPicture: number; prompt: number; limit: number } | null> {
  const { draft: text, editing, settings } = get();
  const reply = await attempt(() =>
    bridge()['conversation.measure']({ text, placement: settings.placement, instead: editing?.id }),
  );
  if (!reply.ok || !reply.value) return null;
  const { prompt, limit, perPicture } = reply.value;
  return {
    pictures: Math.max(0, Math.floor((limit - LEAST_ANSWER_ROOM - prompt) / perPicture)),
    perPicture,
    prompt,
    limit,
  };
}

/** Which proposal is wanted: one that was dismissed on its way does not come. */
let turn = 0;

/** Shows which frames a part would get if it held `factor` times as many, before any is taken. */
export async function proposeDenser(source: string, range: TimeRange, factor: number): Promise<void> {
  const mine = ++turn;
  const times = frameTimes(source);
  const budget = await room();
  const most = Math.min(MOST, budget?.pictures ?? MOST);
  const ask = (limit: number) =>
    take(
      () =>
        bridge()['video.plan'](
          { source, plan: { strategy: 'denser', times, range, factor, most: limit } },
          () => undefined,
        ).result,
    );
  const [wanted, planned] = [await ask(MOST), await ask(most)];
  if (!wanted || !planned || mine !== turn || get().project.activeSource !== source) return;
  const tokens = budget && { after: budget.prompt + planned.times.length * budget.perPicture, limit: budget.limit };
  const proposal: Proposal = {
    source,
    range,
    factor,
    times: planned.times,
    leftOut: wanted.times.length - planned.times.length,
    tokens,
  };
  set({ proposal });
}

/** The next density: twice as many, four times, eight times, and round again. */
export function denserStill(): void {
  const { proposal } = get();
  if (!proposal) return;
  const next = DENSER[(DENSER.findIndex((factor) => factor === proposal.factor) + 1) % DENSER.length]!;
  void proposeDenser(proposal.source, proposal.range, next);
}

export function dropProposal(): void {
  turn += 1;
  set({ proposal: null });
}

/** Takes the frames that are shown. */
export async function acceptProposal(): Promise<void> {
  const { proposal } = get();
  if (!proposal) return;
  dropProposal();
  if (proposal.times.length > 0) await insertFrames(proposal.source, proposal.times);
}
