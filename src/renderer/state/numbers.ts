import { useMemo } from 'react';
import type { Item, NumberedItem } from '../../contract';
import { messagesBefore, pictureNumbers, placeholderCount, PLACEHOLDER } from '../../sequence';
import { get, useStore } from './store';

/** The number of each of the tray's pictures with the question in the composer, by its id. */
function numbersNow(): ReadonlyMap<string, number> {
  const { project, editing, draft, settings } = get();
  return pictureNumbers(messagesBefore(project.messages, editing?.id), project.tray, draft, settings.placement);
}

/** Pictures of the tray with their numbers, in the order of these. */
export function numbered(items: readonly Item[]): NumberedItem[] {
  const numbers = numbersNow();
  return items
    .map((item, k) => ({ ...item, number: numbers.get(item.id) ?? k + 1 }))
    .sort((a, b) => a.number - b.number);
}

/** The number of each of them, for what shows them. */
export function useNumbers(): ReadonlyMap<string, number> {
  const messages = useStore((s) => s.project.messages);
  const tray = useStore((s) => s.project.tray);
  const editing = useStore((s) => s.editing?.id);
  const placed = useStore((s) => placeholderCount(s.draft)); // of what is written, all that matters
  const placement = useStore((s) => s.settings.placement);
  return useMemo(
    () => pictureNumbers(messagesBefore(messages, editing), tray, PLACEHOLDER.repeat(placed), placement),
    [messages, tray, editing, placed, placement],
  );
}
