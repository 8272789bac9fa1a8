// Handles a push: shows one notification for each channel, and closes it when its messages were
// read on another device.
import type { PushNote } from "../../protocol";
import { readRegisteredDevice } from "../notifications/registration";
import { inTurn, keep, kept } from "../notifications/shared-storage";
import { withNotification, withRead } from "./badge-counts";
import { composeShow, composeTest, composeUnknown } from "./composed-notification";
import { readNote } from "./push-note";
import type { PushEvent } from "./scope";
import { count, locale, onScreen, put, shown } from "./screen";
import { isNew, isOver, markOf, shownIn } from "./shown-notification";
import { endSilentPush } from "./silent-push";
import { ownerOf } from "./unsent-reply";
import { isChannelFocused } from "./window-state";
import { views } from "./windows";

function noteIn({ data }: PushEvent): PushNote | null {
  try {
    return readNote(data?.json());
  } catch {
    return null;
  }
}

type Note<T extends PushNote["type"]> = Extract<PushNote, { type: T }>;

/** Handles one push at a time, so that a duplicate is recognised. */
export const pushed = (event: PushEvent): Promise<void> => inTurn("pushes", () => take(event));

async function take(event: PushEvent): Promise<void> {
  const note = noteIn(event);
  if (note === null) return put(composeUnknown(await locale()));
  if (note.type === "test") return put(composeTest(note.key, note.at, await locale()));
  const user = readRegisteredDevice(await kept("told"))?.user;
  if (note.user !== user) return leave(user);
  await (note.type === "clear" ? clear(note) : show(note));
}

async function show(note: Note<"show">): Promise<void> {
  const { channel } = note;
  const composed = composeShow(note, await locale());
  if (isChannelFocused(channel, await views())) return endSilentPush(undefined, composed);
  const last = `last/${channel}`;
  if (!isNew(note, await shown(), await kept(last))) return endSilentPush((await onScreen(channel))[0], composed);
  await put(composed);
  await keep(last, markOf(note));
  await count((tally) => withNotification(tally, channel, note));
}

async function clear(note: Note<"clear">): Promise<void> {
  const { channel, life, seq: through } = note;
  let stays: Notification | undefined;
  for (const notification of await onScreen(channel)) {
    const here = shownIn(notification);
    if (here && isOver(here, note)) notification.close();
    else stays = notification;
  }
  await endSilentPush(stays, composeUnknown(await locale()));
  await count((tally) => withRead(tally, channel, { through, life }));
}

/**
 * Handles a push for another account: closes all notifications that do not belong to the current
 * one.
 */
async function leave(user: string | undefined): Promise<void> {
  for (const notification of await onScreen()) {
    const owner = ownerOf(notification);
    if (owner !== null && owner !== user) notification.close();
  }
  await endSilentPush(undefined, composeUnknown(await locale()));
}
