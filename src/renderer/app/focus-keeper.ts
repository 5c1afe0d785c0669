// SPDX-License-Identifier: Apache-2.0
import { useEffect } from 'react';

/** Regions of the window: a lost focus stays within its region. */
const HOME = '[data-focus-home], [role="dialog"], [role="alertdialog"], nav, section, form, header, main';
const REACHED = ':is(a[href], button, input, select, textarea, [tabindex="0"]):not([role="separator"], [slot="drag"])';
/** Milliseconds within which closing menus and dialogs restore the focus themselves. */
const GIVEN_BACK_MS = 50;
/** The element of the innermost region that gets the focus before all others. */
const FIRST = '[data-focus-first]';
const TRAIL = 12;

const usable = (element: Element): element is HTMLElement =>
  element instanceof HTMLElement &&
  element.isConnected &&
  !element.matches(':disabled, [aria-disabled="true"], [inert] *, [inert]') &&
  element.checkVisibility();

const within = (home: Element): HTMLElement[] => [...home.querySelectorAll<HTMLElement>(REACHED)].filter(usable);

/** The focused element and its surroundings, from which the next one is chosen if it disappears. */
interface Place {
  element: HTMLElement;
  /** The regions that contain it, from the inside out. */
  homes: HTMLElement[];
  /** The focusable elements after it and before it, the nearest first. */
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

/** The element that gets the focus when the one that had it is removed or disabled. */
function heir({ homes, after, before }: Place, trail: readonly HTMLElement[]): HTMLElement | undefined {
  for (const home of homes) {
    if (!usable(home)) continue;
    if (home.getAttribute('aria-live')) break; // a notice: return to the element focused before it
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
 * Moves the focus on when the focused element is removed or disabled: to an element near it in the same region. Without
 * this the focus would be lost, and Esc and the keys of a dialog would not work.
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
      // In a list the row gets the focus, not its button, so that the next key does not remove that row too.
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
      // The element is still usable and lost the focus by a click elsewhere: nothing to restore.
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
