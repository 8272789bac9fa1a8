// Drafts are shared between the devices of a person. The composer shows the client's drafts. The
// browser's storage keeps a copy of each, for the time before the server answers and for what the
// server does not have yet. The end of a draft is kept in the same way, so that a text that was
// sent does not come back when the page closes before the server knows.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { create } from "zustand";
import type { DraftView } from "../../sdk";
import { client, useStore } from "../app/client";
import { type DraftTarget, keyOf, placeOf, prefixOf, readStoredDraft, type StoredDraft } from "./stored-drafts";

export interface EditedDraft {
  text: string;
  replyTo: number | null;
}

const SAVE_MS = 300;
/** How long after a change the copies are compared with what the server has. */
const SHARED_MS = 5_000;
const EMPTY: EditedDraft = { text: "", replyTo: null };

type StoredDrafts = Readonly<Record<string, StoredDraft | undefined>>;

interface Copies {
  /** The copies by storage key. */
  byKey: StoredDrafts;
  /** The user whose copies were merged with the server's drafts. */
  merged: string | null;
}

function readStoredDrafts(): StoredDrafts {
  const drafts: Record<string, StoredDraft> = {};
  try {
    for (const key of Object.keys(localStorage)) {
      const draft = key.startsWith("parley.draft.") ? readStoredDraft(localStorage.getItem(key) ?? "") : null;
      if (draft) drafts[key] = draft;
    }
  } catch {
    // Storage may be blocked. Drafts then live on the server and as long as the page.
  }
  return drafts;
}

const useCopies = create<Copies>(() => ({ byKey: readStoredDrafts(), merged: null }));

const unsaved = new Set<string>();
let saveTimer = 0;
let sharedTimer = 0;

function save(): void {
  window.clearTimeout(saveTimer);
  for (const key of unsaved) {
    const draft = useCopies.getState().byKey[key];
    try {
      if (draft) localStorage.setItem(key, JSON.stringify(draft));
      else localStorage.removeItem(key);
    } catch {
      // Storage is full or blocked: the draft stays in memory.
    }
  }
  unsaved.clear();
}

function store(key: string, draft: StoredDraft | undefined): void {
  useCopies.setState(({ byKey }) => ({ byKey: { ...byKey, [key]: draft } }));
  unsaved.add(key);
  window.clearTimeout(saveTimer);
  saveTimer = window.setTimeout(save, SAVE_MS);
}

/** Marks the copies that the server has as shared, after SHARED_MS without changes. */
function markSharedLater(me: string): void {
  window.clearTimeout(sharedTimer);
  sharedTimer = window.setTimeout(() => {
    let isAnyUnshared = false;
    for (const [key, draft] of Object.entries(useCopies.getState().byKey)) {
      const place = placeOf(me, key);
      if (!draft || !place || draft.isShared) continue;
      if (client.drafts.isStored(place.channel, place.thread))
        store(key, draft.text === "" ? undefined : shared(draft));
      else isAnyUnshared = true;
    }
    if (isAnyUnshared && client.me.get()?.id === me) markSharedLater(me);
  }, SHARED_MS);
}

const shared = ({ text, replyTo, at }: Omit<StoredDraft, "isShared">): StoredDraft => ({
  ...{ text, replyTo, at },
  isShared: true,
});

function write(me: string, place: DraftTarget, { text, replyTo }: EditedDraft): void {
  client.drafts.put(place.channel, place.thread, { text, replyTo });
  store(keyOf(me, place), { text, replyTo, at: Date.now(), isShared: false });
  // A text that was sent must not come back, however soon the page ends.
  if (text === "") save();
  markSharedLater(me);
}

/** Saves the last changes before a tab closes or a phone sleeps. */
export function saveDraftsOnLeave(): void {
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
}

/**
 * Merges the copies with the server's drafts once these are known. Copies that the server does not
 * have are sent to it with the time at which they were written, and the server keeps the newest of
 * all devices. The others are replaced. Returns the function to call when the session ends; from
 * then on the copies are shown again.
 */
export function mergeStoredDrafts(me: string): () => void {
  for (const [key, draft] of Object.entries(useCopies.getState().byKey)) {
    const place = placeOf(me, key);
    if (!draft || !place) continue;
    const { text, replyTo, at } = draft;
    if (!draft.isShared) client.drafts.put(place.channel, place.thread, { text, replyTo, writtenAt: at });
    const merged = client.drafts.get(place.channel, place.thread).get();
    const isUnsent = !client.drafts.isStored(place.channel, place.thread);
    if (!isUnsent) store(key, merged ? shared(merged) : undefined);
  }
  useCopies.setState({ merged: me });
  markSharedLater(me);
  // After the present change: a session that ends clears the drafts before it forgets its person.
  const stopCopying = client.drafts.all.subscribe(() => queueMicrotask(() => copyChanges(me)));
  return () => {
    stopCopying();
    useCopies.setState({ merged: null });
  };
}

/** Copies what other devices changed, also in chats that are not open. */
function copyChanges(me: string): void {
  // The client forgets its drafts when a session ends. The copies stay.
  if (client.me.get()?.id !== me) return;
  for (const key of Object.keys(useCopies.getState().byKey)) {
    const place = placeOf(me, key);
    // The client forgets the draft of a channel that this person was removed from. The copy stays.
    const isMember = [...(client.inbox.get() ?? []), ...client.guildChannels.get()].some(
      ({ id }) => id === place?.channel,
    );
    if (isMember && place?.thread === null) copyServed(key, client.drafts.get(place.channel, null).get());
  }
}

/**
 * Returns the copy of the draft of a channel that this person was removed from, and a function that
 * removes it.
 */
export function useKeptDraft(me: string, channel: string): [string, () => void] {
  const key = keyOf(me, { channel, thread: null });
  const copy = useCopies(({ byKey }) => byKey[key]?.text ?? "");
  return [copy, () => store(key, undefined)];
}

function copyServed(key: string, served: DraftView | null): void {
  const copy = useCopies.getState().byKey[key];
  if ((served?.text ?? "") !== (copy?.text ?? "")) store(key, served ? shared(served) : undefined);
}

/** Returns the draft of a channel or thread, and the function that changes it. */
export function useDraft(
  me: string,
  channel: string,
  thread: number | null,
): [EditedDraft, (draft: EditedDraft) => void] {
  const place = useMemo(() => ({ channel, thread }), [channel, thread]);
  const key = keyOf(me, place);
  const serverDraft = useStore(useMemo(() => client.drafts.get(channel, thread), [channel, thread]));
  const copy = useCopies((copies) => (copies.merged === me ? undefined : copies.byKey[key]));

  // Drafts from other devices are copied too.
  useEffect(() => {
    if (useCopies.getState().merged === me && client.me.get()?.id === me) copyServed(key, serverDraft);
  }, [me, key, serverDraft]);

  return [serverDraft ?? copy ?? EMPTY, (draft) => write(me, place, draft)];
}

/** Appends to the draft. */
export function addToDraft(me: string, place: DraftTarget, text: string): void {
  const { text: typed, replyTo } = client.drafts.get(place.channel, place.thread).get() ?? EMPTY;
  write(me, place, { text: typed.trim() === "" ? text : `${typed}\n${text}`, replyTo });
}

/** Returns the text of a channel's draft, for its row in the chat list. */
export function useDraftText(me: string, channel: string): string {
  const { all } = client.drafts;
  const serverText = useSyncExternalStore(all.subscribe, () => all.get().get(channel)?.text);
  const copy = useCopies((copies) =>
    copies.merged === me ? undefined : copies.byKey[keyOf(me, { channel, thread: null })]?.text,
  );
  return serverText ?? copy ?? "";
}

/** Removes all copies of a person who signs out. */
export const forgetDrafts = (me: string): void => forget((key) => key.startsWith(prefixOf(me)));

/** Removes the copies of everyone else. */
export const forgetDraftsOfOthers = (me: string): void => forget((key) => !key.startsWith(prefixOf(me)));

function forget(isForgotten: (key: string) => boolean): void {
  for (const key of Object.keys(useCopies.getState().byKey)) if (isForgotten(key)) store(key, undefined);
  save();
}
