// Whether the person last used the keyboard or a pointer. The style sheet shows one toolbar: that
// of the focused message, or that of the message under the mouse.
import { useEffect } from "react";

type InputMode = "keys" | "pointer";

function setMode(mode: InputMode): void {
  const { dataset } = document.documentElement;
  if (dataset.input !== mode) dataset.input = mode;
}

// A list that scrolls under a resting mouse is no use of the mouse.
const onPointerMove = ({ movementX, movementY }: PointerEvent) => {
  if (movementX !== 0 || movementY !== 0) setMode("pointer");
};
const onPointerDown = () => setMode("pointer");
const onKeyDown = ({ key }: KeyboardEvent) => {
  if (/^(Arrow|Home|End|Page|Tab$)/.test(key)) setMode("keys");
};

/** Keeps `data-input` of the root element up to date. */
export function useInputMode(): void {
  useEffect(() => {
    const stop = new AbortController();
    const options = { signal: stop.signal, passive: true, capture: true };
    document.addEventListener("pointermove", onPointerMove, options);
    document.addEventListener("pointerdown", onPointerDown, options);
    document.addEventListener("keydown", onKeyDown, options);
    return () => stop.abort();
  }, []);
}
