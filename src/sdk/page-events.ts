import { limits } from "../protocol";
import { type Clock, Timer } from "./transport/clock";
import type { Environment } from "./transport/environment";

const INPUT_EVENTS = ["pointerdown", "pointermove", "keydown", "wheel"];

interface PageListener {
  /** The network returned, or the page became visible. */
  resumed(): void;
  /** The browser reports that the network is gone. Sockets may still look open for a while. */
  networkLost(): void;
  /** The page is hidden or unloaded (`pagehide`). Its code may never run again. */
  pageLeft(): void;
  /**
   * Whether the page is in use: it is visible, and it had input or became visible within
   * `limits.idleMs`.
   */
  activityChanged(isActive: boolean): void;
}

/**
 * Listens to the events of the page. Does nothing outside pages. Returns a function that stops
 * listening.
 */
export function watchPage(
  environment: Environment,
  { resumed, networkLost, pageLeft, activityChanged }: PageListener,
): () => void {
  if (!environment.isPage) return () => {};
  const stopWatchingActivity = watchActivity(environment.clock, activityChanged);
  const visibilityChanged = () => {
    if (document.visibilityState === "visible") resumed();
  };
  addEventListener("online", resumed);
  addEventListener("offline", networkLost);
  addEventListener("pagehide", pageLeft);
  document.addEventListener("visibilitychange", visibilityChanged);
  return () => {
    stopWatchingActivity();
    removeEventListener("online", resumed);
    removeEventListener("offline", networkLost);
    removeEventListener("pagehide", pageLeft);
    document.removeEventListener("visibilitychange", visibilityChanged);
  };
}

/** Reports whether the page is in use, immediately and on every change. May repeat a value. */
function watchActivity(clock: Clock, activityChanged: (isActive: boolean) => void): () => void {
  const idleTimer = new Timer(clock);
  let lastInputAt = 0;
  const checkIdle = () => {
    const leftMs = lastInputAt + limits.idleMs - clock.now();
    if (leftMs <= 0) activityChanged(false);
    else idleTimer.set(leftMs, checkIdle);
  };
  const onInput = () => {
    if (document.visibilityState === "hidden") return;
    lastInputAt = clock.now();
    if (idleTimer.isSet) return;
    idleTimer.set(limits.idleMs, checkIdle);
    activityChanged(true);
  };
  const visibilityChanged = () => {
    if (document.visibilityState !== "hidden") return onInput();
    idleTimer.clear();
    activityChanged(false);
  };
  for (const type of INPUT_EVENTS) addEventListener(type, onInput, { passive: true, capture: true });
  document.addEventListener("visibilitychange", visibilityChanged);
  visibilityChanged();
  return () => {
    idleTimer.clear();
    for (const type of INPUT_EVENTS) removeEventListener(type, onInput, { capture: true });
    document.removeEventListener("visibilitychange", visibilityChanged);
  };
}
