// Keeps the focus inside the page. When the focused element leaves the document or can no longer
// have the focus, the browser moves the focus to the body, and keys reach nothing. The focus then
// goes to the nearest place that is left.
import { useEffect } from "react";

/** The places that take the focus of something inside them, best first. */
const PLACES = [
  "article[tabindex='0']",
  "[role=log][tabindex]",
  "h1[tabindex], h2[tabindex]",
  "[aria-current=page]",
  "button, a[href], input, textarea",
];

const isLost = (): boolean => document.activeElement === null || document.activeElement === document.body;

const canTake = (element: HTMLElement): boolean =>
  element.isConnected && element.closest("[inert]") === null && element.getClientRects().length > 0;

function focusIn(place: Element): boolean {
  for (const selector of PLACES)
    for (const element of place.querySelectorAll<HTMLElement>(selector)) {
      if (!canTake(element)) continue;
      element.focus({ preventScroll: true });
      if (!isLost()) return true;
    }
  return false;
}

/** Moves the focus back when the element that had it is gone. */
export function useFocusKeeper(): void {
  useEffect(() => {
    let focused: Element | null = null;
    /** The elements around the focused one, from the inside. They are read before it is gone. */
    let around: Element[] = [];
    const onFocusIn = ({ target }: FocusEvent) => {
      if (!(target instanceof Element) || target === document.body) return;
      focused = target;
      around = [];
      for (let one = target.parentElement; one && one !== document.body; one = one.parentElement) around.push(one);
    };
    const keep = () => {
      if (focused === null || !isLost() || document.querySelector("dialog[open]")) return;
      // A person who clicked beside everything took the focus away: the element is still there.
      if (canTake(focused as HTMLElement) && !focused.matches(":disabled")) return;
      focused = null;
      const left = around.filter((one) => one.isConnected && one.closest("[inert]") === null);
      left.some(focusIn);
    };
    // After React has finished: what replaces the element may take the focus itself.
    const observer = new MutationObserver(() => requestAnimationFrame(keep));
    observer.observe(document.body, {
      ...{ subtree: true, childList: true },
      attributeFilter: ["inert", "disabled", "hidden", "open"],
    });
    document.addEventListener("focusin", onFocusIn);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", onFocusIn);
    };
  }, []);
}
