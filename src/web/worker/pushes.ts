// What comes of a push: a notification for each channel, which goes when its messages were read elsewhere.
import type { PushNote } from "../../protocol";
import { inTurn, keep, kept } from "../notifications/kept";
import { readTold } from "../notifications/renewal";
import { composeShow, composeTest, composeUnknown } from "./compose";
import { readNote } from "./note";
import { endQuietly } from "./quietly";
import type { PushEvent } from "./scope";
import { count, locale, onScreen, put, shown } from "./screen";
import { isNews, isOver, markOf, shownIn } from "./shown";
import { withNews, withRead } from "./tally";
import { ownerOf } from "./unsent";
import { isWatched } from "./watching";
import { views } from "./windows";

function noteIn({ data }: PushEvent): PushNote | null {
  try {
    return readNote(data?.json());
  } catch {
    return null;
  }
}

type Note<T extends PushNote["type"]> = Extract<PushNote, { type: T }>;

/** One after the other: what comes twice at once is seen to be the same. */
export const pushed = (event: PushEvent): Promise<void> => inTurn("pushes", () => take(event));

async function take(event: PushEvent): Promise<void> {
  const note = noteIn(event);
  if (note === null) return put(composeUnknown(await locale()));
  if (note.type === "test") return put(composeTest(note.key, note.at, await locale()));
  const user = readTold(await kept("told"))?.user;
  if (note.user !== user) return leave(user);
  await (note.type === "clear" ? clear(note) : show(note));
}

async function show(note: Note<"show">): Promise<void> {
  const { channel } = note;
  const composed = composeShow(note, await locale());
  if (isWatched(channel, await views())) return endQuietly(undefined, composed);
  const last = `last/${channel}`;
  if (!isNews(note, await shown(), await kept(last))) return endQuietly((await onScreen(channel))[0], composed);
  await put(composed);
  await keep(last, markOf(note));
  await count((tally) => withNews(tally, channel, note));
}

async function clear(note: Note<"clear">): Promise<void> {
  const { channel, life, seq: through } = note;
  let stays: Notification | undefined;
  for (const notification of await onScreen(channel)) {
    const here = shownIn(notification);
    if (here && isOver(here, note)) notification.close();
    else stays = notification;
  }
  await endQuietly(stays, composeUnknown(await locale()));
  await count((tally) => withRead(tally, channel, { through, life }));
}

/** It is for somebody who is not here any more: nothing of theirs, or of anybody else who was, stays. */
async function leave(user: string | undefined): Promise<void> {
  for (const notification of await onScreen()) {
    const owner = ownerOf(notification);
    if (owner !== null && owner !== user) notification.close();
  }
  await endQuietly(undefined, composeUnknown(await locale()));
}
