// Handles a push: shows one notification for each channel, and closes it when its messages were
// read on another device.
import type { PushNote, PushPayload } from "../../protocol";
import { readRegisteredDevice } from "../notifications/registration";
import { readShared, sharedTexts, withLock, writeShared } from "../notifications/shared-storage";
import { withNotification, withRead } from "./badge-counts";
import { composeShow, composeTest, composeUnknown } from "./composed-notification";
import { readNote, withHandle } from "./push-note";
import { readRing } from "./ring-note";
import { handleRing } from "./ring-notifications";
import type { PushEvent } from "./scope";
import { display, locale, onScreen, shownNotifications, updateBadge } from "./screen";
import { idOf, isCoveredBy, showingOf, shownIn } from "./shown-notification";
import { endSilentPush, silenced } from "./silent-push";
import { ownerOf } from "./unsent-reply";
import { isChannelFocused } from "./window-state";
import { views } from "./windows";

function noteOf({ data }: PushEvent): PushPayload | null {
  try {
    const payload: unknown = data?.json();
    return readNote(payload) ?? readRing(payload);
  } catch {
    return null;
  }
}

type Note<T extends PushNote["type"]> = Extract<PushNote, { type: T }>;

/** Handles one push at a time, so that a duplicate is recognised. */
export const handlePush = (event: PushEvent): Promise<void> => withLock("pushes", () => handle(event));

async function handle(event: PushEvent): Promise<void> {
  const note = noteOf(event);
  if (note === null) return display(composeUnknown(await locale()));
  if (note.type === "test") return display(composeTest(note.key, note.at, await locale()));
  const user = readRegisteredDevice(await readShared(sharedTexts.registration))?.user;
  if (note.user !== user) return closeOtherAccounts(user);
  if (note.type === "ring" || note.type === "ring_end") return handleRing(note);
  await (note.type === "clear" ? clear(note) : show(note));
}

async function show(note: Note<"show">): Promise<void> {
  const { channel } = note;
  const composed = composeShow(withHandle(note, await readShared(sharedTexts.alikeHandles)), await locale());
  const last = `last/${channel}`;
  const showing = showingOf(note, await shownNotifications(), await readShared(last));
  if (showing === "new" && isChannelFocused(channel, await views())) return endSilentPush(undefined, composed);
  if (showing === "known") return endSilentPush((await onScreen(channel))[0], composed);
  await display(showing === "reworded" ? silenced(composed) : composed);
  await writeShared(last, idOf(note));
  await updateBadge((counts) => withNotification(counts, channel, note));
}

async function clear(note: Note<"clear">): Promise<void> {
  const { channel, epochNumber, seq: through } = note;
  let remaining: Notification | undefined;
  for (const notification of await onScreen(channel)) {
    const current = shownIn(notification);
    if (current && isCoveredBy(current, note)) notification.close();
    else remaining = notification;
  }
  await endSilentPush(remaining, composeUnknown(await locale()));
  await updateBadge((counts) => withRead(counts, channel, { through, epochNumber }));
}

/**
 * Handles a push for another account: closes all notifications that do not belong to the current
 * one.
 */
async function closeOtherAccounts(user: string | undefined): Promise<void> {
  for (const notification of await onScreen()) {
    const owner = ownerOf(notification);
    if (owner !== null && owner !== user) notification.close();
  }
  await endSilentPush(undefined, composeUnknown(await locale()));
}
