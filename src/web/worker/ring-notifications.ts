// Shows a call that rings, and closes that when it rings no longer. The tag is one of its own for
// each channel, so that messages do not replace it.
import type { RingNote } from "../../protocol";
import { routes } from "../app/routes";
import { composeMissedCall, composeRing, composeUnknown } from "./composed-notification";
import { request } from "./requests";
import { endsRing, ringIn, type ShownRing } from "./ring-note";
import { display, locale, onScreen } from "./screen";
import { endSilentPush } from "./silent-push";
import { goTo, views } from "./windows";

type Ring = Extract<RingNote, { type: "ring" }>;
type RingEnd = Extract<RingNote, { type: "ring_end" }>;

const tagOf = (channel: string): string => `call/${channel}`;
const commandsPath = (channel: string): string => `/v1/channels/${encodeURIComponent(channel)}/commands`;

export const handleRing = (note: RingNote): Promise<void> => (note.type === "ring" ? show(note) : end(note));

async function show(note: Ring): Promise<void> {
  const composed = composeRing(note, tagOf(note.channel), await locale());
  // A page on the screen rings by itself.
  const isOnScreen = (await views()).some(({ isVisible }) => isVisible);
  if (isOnScreen || !(await stillRings(note))) return endSilentPush(undefined, composed);
  await display(composed);
}

/**
 * Asks the server, because a push may come late. Without an answer the time of the ring decides.
 */
async function stillRings({ channel, call, until }: Ring): Promise<boolean> {
  try {
    const answer = await request("POST", commandsPath(channel), { commands: [{ id: "1", type: "call.roster" }] });
    const { call: current, ringsForMs } = callIn(answer);
    return current === call && ringsForMs > 0;
  } catch (error) {
    console.warn(error);
    return Date.now() < until;
  }
}

/** Reads the answer to `call.roster`. */
function callIn(answer: unknown): { call: number; ringsForMs: number } {
  const frames: unknown = Object(answer).frames;
  const call = Object(Object(Array.isArray(frames) ? frames[0] : null).call);
  return { call: Number(call.call), ringsForMs: Number(call.ringsForMs) };
}

/** Closes the ring. One that nobody answered stays as a missed call, without a sound. */
async function end(note: RingEnd): Promise<void> {
  const language = await locale();
  let title: string | null = null;
  for (const notification of await onScreen(tagOf(note.channel))) {
    const shown = ringIn(notification);
    if (!shown || !endsRing(shown, note)) continue;
    title = notification.title;
    notification.close();
  }
  const isMissed = note.reason === "cancelled" || note.reason === "timed_out";
  if (isMissed && title !== null) await display(composeMissedCall(title, note, tagOf(note.channel), language));
  else await endSilentPush(undefined, composeUnknown(language));
}

/** Handles a click on a ring: declines the call, or opens the chat, which answers it. */
export async function handleRingClick(shown: ShownRing, action: string, notification: Notification): Promise<void> {
  notification.close();
  const { channel, call } = shown;
  if (action === "decline") {
    await request("POST", commandsPath(channel), { commands: [{ id: "1", type: "call.decline", call }] });
    return;
  }
  await goTo(routes.call(channel, action === "answer" ? call : null));
}
