// What comes of a push: a notification for each channel, which goes when its messages were read elsewhere.
import type { PushNote } from "../../protocol";
import { keep, kept } from "../notifications/kept";
import { composeShow, composeTest, composeUnknown } from "./compose";
import { readNote } from "./note";
import type { PushEvent } from "./scope";
import { count, locale, onScreen, put, shown } from "./screen";
import { isNews, isOver, shownIn } from "./shown";
import { isWatched } from "./watching";
import { views } from "./windows";

function noteIn({ data }: PushEvent): PushNote | null {
  try {
    return readNote(data?.json());
  } catch {
    return null;
  }
}

export async function pushed(event: PushEvent): Promise<void> {
  const note = noteIn(event);
  if (note === null) return put(composeUnknown(await locale()));
  if (note.type === "test") return put(composeTest(note.at, await locale()));
  await (note.type === "clear" ? clear(note) : show(note));
  await count();
}

async function show(note: Extract<PushNote, { type: "show" }>): Promise<void> {
  if (isWatched(note.channel, await views())) return;
  const last = `last/${note.channel}`;
  if (!isNews(note, await shown(), await kept(last))) return;
  await put(composeShow(note, await locale()));
  await keep(last, note.key);
}

async function clear(note: Extract<PushNote, { type: "clear" }>): Promise<void> {
  for (const notification of await onScreen(note.channel)) {
    const here = shownIn(notification);
    if (here && isOver(here, note)) notification.close();
  }
}
