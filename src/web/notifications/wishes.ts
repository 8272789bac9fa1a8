// Whether somebody wants to be told now. Their quiet hours are asked for when something has to be told, and remembered for a while.
import { isQuietAt, type Me } from "../../protocol";
import { client } from "../app/client";

const FRESH_MS = 10 * 60_000;

let known: { user: string; at: number; settings: ReturnType<typeof client.push.settings> } | null = null;

/** They were changed here, or may have been. */
export function forgetWishes(): void {
  known = null;
}

/** Rejects with a ParleyError where it cannot be found out. */
export async function isWelcome(me: Me): Promise<boolean> {
  if (me.presence === "dnd") return false;
  const now = Date.now();
  const isFresh = known !== null && known.user === me.id && Math.abs(now - known.at) < FRESH_MS;
  if (known === null || !isFresh) known = { user: me.id, at: now, settings: client.push.settings() };
  try {
    const { quiet } = await known.settings;
    return quiet === null || !isQuietAt(quiet, now);
  } catch (thrown) {
    known = null;
    throw thrown;
  }
}
