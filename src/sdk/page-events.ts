import { limits } from "../protocol";
import { type Clock, Timer } from "./transport/clock";
import type { Environment } from "./transport/environment";

const INPUT_EVENTS = ["pointerdown", "pointermove", "keydown", "wheel"];

interface PageListener {
  /** The network returned, or the page became visible. */
  resumed(): void;
  /** The browser reports that the network is gone. Sockets may still look open for a while. */
  networkLost(): void;
  /** The page goes away. It may never return. */
  pageHidden(): void;
  /** Whether the page is in use: it is visible and had input within the idle time. */
  activityChanged(isActive: boolean): void;
}

/**
 * Listens to the events of the page. Does nothing outside pages. Returns a function that stops it.
 */
export function watchPage(
  environment: Environment,
  { resumed, networkLost, pageHidden, activityChanged }: PageListener,
): () => void {
  if (!environment.isPage) return () => {};
  const stopActivity = watchActivity(environment.clock, activityChanged);
  const visibilityChanged = () => {
    if (document.visibilityState === "visible") resumed();
  };
  addEventListener("online", resumed);
  addEventListener("offline", networkLost);
  addEventListener("pagehide", pageHidden);
  document.addEventListener("visibilitychange", visibilityChanged);
  return () => {
    stopActivity();
    removeEventListener("online", resumed);
    removeEventListener("offline", networkLost);
    removeEventListener("pagehide", pageHidden);
    document.removeEventListener("visibilitychange", visibilityChanged);
  };
}

/** Reports whether the page is in use, immediately and on every change. */
function watchActivity(clock: Clock, activityChanged: (isActive: boolean) => void): () => void {
  const idle = new Timer(clock);
  let touchedAt = 0;
  const checkIdle = () => {
    const leftMs = touchedAt + limits.idleMs - clock.now();
    if (leftMs <= 0) activityChanged(false);
    else idle.set(leftMs, checkIdle);
  };
  const touched = () => {
    if (document.visibilityState === "hidden") return;
    touchedAt = clock.now();
    if (idle.isSet) return;
    idle.set(limits.idleMs, checkIdle);
    activityChanged(true);
  };
  const visibilityChanged = () => {
    if (document.visibilityState !== "hidden") return touched();
    idle.clear();
    activityChanged(false);
  };
  for (const type of INPUT_EVENTS) addEventListener(type, touched, { passive: true, capture: true });
  document.addEventListener("visibilitychange", visibilityChanged);
  visibilityChanged();
  return () => {
    idle.clear();
    for (const type of INPUT_EVENTS) removeEventListener(type, touched, { capture: true });
    document.removeEventListener("visibilitychange", visibilityChanged);
  };
}
