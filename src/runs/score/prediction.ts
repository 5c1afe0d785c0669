// SPDX-License-Identifier: Apache-2.0
import { z } from 'zod';
import { linesOfFile, type FileLine } from '../lines';
import { isKnownDataset } from './datasets';

/** One answered question of a benchmark. */
export interface Prediction {
  dataset: string;
  /** Of the sample, within its data set. A second question about a sample has " (2)" after it. */
  id: string;
  prediction: string;
  truth: string;
  type: 'open-ended' | 'multi-choice';
}

/** A line of a `result.jsonl` as the published evaluation writes it. */
const PublishedLine = z.object({
  dataset: z.string(),
  sample_id: z.union([z.string(), z.number()]),
  pred_response: z.string(),
  gt_response: z.string(),
  question_type: z.string(),
  /** Tells several questions about one sample apart. */
  prompt: z.string().optional(),
});

/** What is wrong with a line. */
export interface LineProblem {
  line: number;
  /** The sample, as far as it is known. */
  sample: string | null;
  what:
    | 'cut' // the last line, while it was written
    | 'not-json'
    | 'not-a-prediction' // something is missing
    | 'failed' // the question has no answer
    | 'repeated' // this sample has had its line
    | 'not-scored' // neither open-ended nor multi-choice
    | 'unknown-dataset'; // it is scored, but belongs to no category
  /** The names of what is missing, the data set, or the message of the failure. */
  detail: string;
}

/** Whether a line with this problem is left out of the scores. */
export const isLeftOut = ({ what }: LineProblem): boolean => what !== 'unknown-dataset';

/**
 * The predictions of a file, one at a time: a `result.jsonl` of the published evaluation, or a run file. What cannot be
 * scored is reported, and the rest goes on.
 */
export async function* readPredictions(
  path: string,
  onProblem: (problem: LineProblem) => void,
  signal?: AbortSignal,
): AsyncGenerator<Prediction> {
  const seen = new Set<string>();
  /** How many questions there were about each sample, by data set. */
  const sets = new Map<string, Map<string, number>>();
  for await (const line of linesOfFile(path, signal)) {
    const read = readLine(line);
    if (read === null) continue;
    if ('what' in read) {
      onProblem(read);
      continue;
    }
    const { key, ...prediction } = read;
    if (seen.has(key)) {
      onProblem({ line: line.number, sample: sampleOf(prediction), what: 'repeated', detail: '' });
      continue;
    }
    seen.add(key);
    if (!isKnownDataset(prediction.dataset) && !sets.has(prediction.dataset))
      onProblem({
        line: line.number,
        sample: sampleOf(prediction),
        what: 'unknown-dataset',
        detail: prediction.dataset,
      });
    const of = sets.get(prediction.dataset) ?? new Map<string, number>();
    sets.set(prediction.dataset, of);
    const before = of.get(prediction.id) ?? 0;
    of.set(prediction.id, before + 1);
    yield before === 0 ? prediction : { ...prediction, id: `${prediction.id} (${before + 1})` };
  }
}

const sampleOf = ({ dataset, id }: Pick<Prediction, 'dataset' | 'id'>): string => `${dataset} ${id}`;

/** What a line says; null for the header of a run file. */
function readLine({ number, text, whole }: FileLine): (Prediction & { key: string }) | LineProblem | null {
  const problem = (what: LineProblem['what'], detail = '', sample: string | null = null): LineProblem => ({
    line: number,
    sample,
    what,
    detail,
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return problem(whole ? 'not-json' : 'cut');
  }
  if (typeof json !== 'object' || json === null) return problem('not-a-prediction');
  if ('format' in json && json.format === 'zoetrope-run') return null;
  const flat = publishedShape(json);
  const { data, error } = PublishedLine.safeParse(flat);
  const sample = nameOf(flat);
  if ('error' in json) return problem('failed', messageOf(json.error), sample);
  if (!data) return problem('not-a-prediction', error.issues.map(({ path }) => path.join('.')).join(', '), sample);
  const type = data.question_type;
  if (type !== 'open-ended' && type !== 'multi-choice') return problem('not-scored', type, sample);
  return {
    dataset: data.dataset,
    id: String(data.sample_id),
    prediction: data.pred_response,
    truth: data.gt_response,
    type,
    key: JSON.stringify([data.dataset, data.sample_id, data.prompt]),
  };
}

/** The line of a run file in the published shape: what a benchmark says of a question is in its labels. */
function publishedShape(line: object): object {
  if (!('labels' in line) || typeof line.labels !== 'object') return line;
  return { ...line.labels, ...('answer' in line && { pred_response: line.answer }) };
}

function nameOf(line: object): string | null {
  const { dataset, sample_id: id } = line as { dataset?: unknown; sample_id?: unknown };
  const parts = [dataset, id].filter((part) => typeof part === 'string' || typeof part === 'number');
  return parts.length > 0 ? parts.join(' ') : null;
}

const messageOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : '';
