import { limits } from "../protocol";
import { Alarm, type Clock } from "./transport/clock";

export interface ActivityWatcher {
  /** Whether somebody is at this device: the page shows, and was touched a while ago at most. */
  used(isActive: boolean): void;
}

const TOUCHES = ["pointerdown", "pointermove", "keydown", "wheel"];

/** Says how the page is used, at once and when that changes. Returns a function that stops it. */
export function watchActivity(clock: Clock, { used }: ActivityWatcher): () => void {
  const idle = new Alarm(clock);
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
