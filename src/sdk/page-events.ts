import { limits } from "../protocol";
import { type Clock, Timer } from "./transport/clock";
import type { Environment } from "./transport/environment";

const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel"];

interface PageListener {
  /** The network or the page is back, which is sooner than any timer. */
  awake(): void;
  /** The network is said to be gone: sockets may look open for a while. */
  doubtful(): void;
  /** The page is going away, perhaps for good. */
  leaving(): void;
  /** Whether somebody is at this device: the page shows, and was touched a while ago at most. */
  used(isActive: boolean): void;
}

/** Listens to the page, where there is one. Returns a function that stops it. */
export function watchPage(environment: Environment, { awake, doubtful, leaving, used }: PageListener): () => void {
  if (!environment.isPage) return () => {};
  const stopActivity = watchActivity(environment.clock, used);
  const shown = () => {
    if (document.visibilityState === "visible") awake();
  };
  addEventListener("online", awake);
  addEventListener("offline", doubtful);
  addEventListener("pagehide", leaving);
  document.addEventListener("visibilitychange", shown);
  return () => {
    stopActivity();
    removeEventListener("online", awake);
    removeEventListener("offline", doubtful);
    removeEventListener("pagehide", leaving);
    document.removeEventListener("visibilitychange", shown);
  };
}

/** Says how the page is used, at once and when that changes. Returns a function that stops it. */
function watchActivity(clock: Clock, used: (isActive: boolean) => void): () => void {
  const idle = new Timer(clock);
  let touchedAt = 0;
  const rest = () => {
    const leftMs = touchedAt + limits.idleMs - clock.now();
    if (leftMs <= 0) used(false);
    else idle.set(leftMs, rest);
  };
  const touched = () => {
    if (document.visibilityState === "hidden") return;
    touchedAt = clock.now();
    if (idle.isSet) return;
    idle.set(limits.idleMs, rest);
    used(true);
  };
  const turned = () => {
    if (document.visibilityState !== "hidden") return touched();
    idle.clear();
    used(false);
  };
  for (const touch of TOUCHES) addEventListener(touch, touched, { passive: true, capture: true });
  document.addEventListener("visibilitychange", turned);
  turned();
  return () => {
    idle.clear();
    for (const touch of TOUCHES) removeEventListener(touch, touched, { capture: true });
    document.removeEventListener("visibilitychange", turned);
  };
}
