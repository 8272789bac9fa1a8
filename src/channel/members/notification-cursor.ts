// How a member's cursor of push moves: what comes of paying a debt.
import type { Told } from "../../domain/notification";
import type { Debt, Outcome } from "../../domain/notification-ports";

/** Devices that failed so long ago are not failing any more: nobody has tried. */
const FORGOTTEN_MS = 600_000;

export const untold: Told = {
  seq: 0,
  at: 0,
  message: null,
  mention: false,
  shown: false,
  missing: {},
  clearing: false,
  tries: 0,
  failingSince: 0,
  nobody: false,
};

/** Where a member stands once something was done, at `now`. `askedAt`: the same for all that was owed together, so that their minutes end together. */
export function toldAfter(before: Told, { debt, result, missing }: Outcome, now: number, askedAt: number): Told {
  const left = { ...carried(before, debt), ...dated(missing, now) };
  if (debt.do === "clear") {
    const isCleared = Object.keys(left).length === 0;
    return { ...before, ...failing(before, left, now), shown: !isCleared, clearing: !isCleared };
  }
  // Another asker was faster with something newer.
  if (before.seq > debt.seq) return before;
  const place = { seq: debt.seq, at: before.seq === debt.seq ? before.at : askedAt };
  if (result === "nobody") return { ...before, ...place, ...failing(before, {}, now), clearing: false, nobody: true };
  if (result === "silent") {
    // What is passed over takes nothing from what was owed before it; what was missing and is not wanted any more is not owed.
    const kept = debt.only === null ? before.missing : left;
    return { ...before, ...place, ...failing(before, kept, now), nobody: false };
  }
  const { message, mention } = debt;
  return {
    ...place,
    ...{ message, mention, shown: true, clearing: false, nobody: false },
    ...failing(before, left, now),
  };
}

/** Devices that were missing before, and were not tried. */
function carried({ missing }: Told, { only, except }: Debt): Record<string, number> {
  const isUntried = (id: string) => (only === null ? except.includes(id) : !only.includes(id));
  return Object.fromEntries(Object.entries(missing).filter(([id]) => isUntried(id)));
}

const dated = (missing: Record<string, number>, now: number): Record<string, number> =>
  Object.fromEntries(Object.entries(missing).map(([id, ms]) => [id, now + ms]));

function failing(
  before: Told,
  missing: Record<string, number>,
  now: number,
): Pick<Told, "missing" | "tries" | "failingSince"> {
  if (Object.keys(missing).length === 0) return { missing, tries: 0, failingSince: 0 };
  const last = Math.max(0, ...Object.values(before.missing));
  const isOn = last > 0 && now - last < FORGOTTEN_MS;
  return { missing, tries: isOn ? before.tries + 1 : 1, failingSince: isOn ? before.failingSince : now };
}
