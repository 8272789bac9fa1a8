// A long press that opened something, until the finger is lifted. Lifting it must neither click in
// what opened under the finger nor close it.
import { useEffect, useState } from "react";

/** How long after the finger was lifted the browser may still send the click of that touch. */
const CLICK_MS = 400;

const listeners = new Set<() => void>();
let isHeld = false;

const swallow = (event: Event) => {
  event.preventDefault();
  event.stopPropagation();
};

/** Call it when a touch that has not ended opened something. */
export function holdPress(): void {
  if (isHeld) return;
  isHeld = true;
  const stop = new AbortController();
  const options = { capture: true, signal: stop.signal };
  const end = () => {
    stop.abort();
    isHeld = false;
    for (const listener of [...listeners]) listener();
  };
  const lifted = () => window.setTimeout(end, CLICK_MS);
  window.addEventListener("click", swallow, options);
  window.addEventListener("pointerup", lifted, options);
  window.addEventListener("pointercancel", lifted, options);
  // The next touch is a choice of the person.
  window.addEventListener("pointerdown", end, options);
}

/** Returns whether the press that opened the caller has not ended yet. */
export function useHeldPress(): boolean {
  const [isHeldHere, setHeld] = useState(isHeld);
  useEffect(() => {
    const onEnd = () => setHeld(false);
    listeners.add(onEnd);
    if (!isHeld) onEnd();
    return () => void listeners.delete(onEnd);
  }, []);
  return isHeldHere;
}
