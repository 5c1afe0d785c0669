// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';

/** Parts of the window that the focus does not leave by itself. */
const HOME = '[data-focus-home], [role="dialog"], [role="alertdialog"], nav, section, form, header, main';
const REACHED = ':is(a[href], button, input, select, textarea, [tabindex="0"]):not([role="separator"], [slot="drag"])';
/** Milliseconds in which menus and dialogs that close give the focus back themselves. */
const GIVEN_BACK_MS = 50;
/** Of the innermost part: what takes the focus before all others. */
const FIRST = '[data-focus-first]';
const TRAIL = 12;

const usable = (element: Element): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.isConnected &&
  !element.matches(':disabled, [aria-disabled="true"], [inert] *, [inert]') &&
  element.checkVisibility();

const within = (home: Element): HTMLElement[] => [...home.querySelectorAll<HTMLElement>(REACHED)].filter(usable);

/** A thing that has the focus, and what lies round it: where to go when it goes. */
interface Place {
  element: HTMLElement;
  /** Its parts of the window, from the inside out. */
  homes: HTMLElement[];
  /** What can be reached beside it: after it, then before it, the nearest first. */
  after: HTMLElement[];
  before: HTMLElement[];
}

function placeOf(element: HTMLElement): Place {
  const homes: HTMLElement[] = [];
  for (
    let home = element.closest<HTMLElement>(HOME);
    home;
    home = home.parentElement?.closest<HTMLElement>(HOME) ?? null
  )
    homes.push(home);
  const beside = [...(homes.at(-1) ?? document.body).querySelectorAll<HTMLElement>(REACHED)];
  const at = beside.indexOf(element);
  return { element, homes, after: beside.slice(at + 1), before: at < 0 ? [] : beside.slice(0, at).reverse() };
}

/** Where the focus belongs when the thing that had it cannot have it any more. */
function heir({ homes, after, before }: Place, trail: readonly HTMLElement[]): HTMLElement | undefined {
  for (const home of homes) {
    if (!usable(home)) continue;
    if (home.getAttribute('aria-live')) break; // a notice: back to what it came between
    const first = home === homes[0] ? [...home.querySelectorAll<HTMLElement>(FIRST)].find(usable) : undefined;
    const near = [...after, ...before].find((element) => home.contains(element) && usable(element));
    const found = first ?? near ?? within(home)[0];
    if (found) return found;
    home.tabIndex = -1;
    return home;
  }
  return trail.findLast(usable);
}

/**
 * Keeps the focus when the thing that has it is taken away or disabled by what it did: it goes to what is beside it, in
 * the same part of the window, and never to nowhere, where Esc and the keys of a dialog would not be heard.
 */
export function useFocusKeeper(): void {
  useEffect(() => {
    let place: Place | null = null;
    let trail: HTMLElement[] = [];
    let asked: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      asked = undefined;
      if (!place || usable(place.element)) return;
      const { activeElement } = document;
      if (activeElement && activeElement !== document.body && activeElement !== place.element) return;
      const lost = place;
      place = null;
      const found = heir(lost, trail);
      // Of a list the row, not one of its buttons: the next key shall not remove that too.
      (found?.closest<HTMLElement>('[role="row"]') ?? found)?.focus({ preventScroll: true });
    };
    const lookSoon = () => {
      if (place) asked ??= setTimeout(look, GIVEN_BACK_MS);
    };
    const onFocus = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement) || target === document.body) return;
      place = placeOf(target);
      trail = [...trail.filter((element) => element !== target && element.isConnected), target].slice(-TRAIL);
    };
    const onBlur = ({ target, relatedTarget }: FocusEvent) => {
      // One that could keep it and let it go, as on a click beside it: nothing is lost.
      if (relatedTarget === null && target === place?.element)
        queueMicrotask(
          () => place && usable(place.element) && document.activeElement === document.body && (place = null),
        );
    };
    const observer = new MutationObserver(lookSoon);
    observer.observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['disabled', 'aria-disabled', 'inert'],
    });
    document.addEventListener('focusin', onFocus);
    document.addEventListener('focusout', onBlur);
    return () => {
      clearTimeout(asked);
      observer.disconnect();
      document.removeEventListener('focusin', onFocus);
      document.removeEventListener('focusout', onBlur);
    };
  }, []);
}
