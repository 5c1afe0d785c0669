// SPDX-License-Identifier: Apache-2.0
import { useEffect, useRef, useState, type RefObject } from 'react';

/** Messages that are shown at first, and added each time the reader comes to the first of them. */
const STEP = 20;

/**
 * How many of the latest messages are shown: a few, so that a long conversation opens at once, and more as the reader
 * scrolls up.
 * @param wanted place of a message that must be shown, from the end; 0 if there is none.
 * @returns the number, and a reference for an element above the first message.
 */
export function useShown(
  conversation: string,
  wanted: number,
): { shown: number; above: RefObject<HTMLDivElement | null> } {
  const [steps, setSteps] = useState({ conversation, count: 1 });
  const count = steps.conversation === conversation ? steps.count : 1;
  const above = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = above.current;
    if (!element) return;
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && setSteps({ conversation, count: count + 1 }),
      { root: element.closest('[role=log]'), rootMargin: '600px 0px' },
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, [conversation, count]);
  return { shown: Math.max(count * STEP, wanted + STEP / 2), above };
}
