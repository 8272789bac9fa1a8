// Drafts follow a person from device to device: the client's drafts are what is shown. This browser's storage keeps a copy of
// each, for the time before the server has answered and for what it has not heard of yet.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { create } from "zustand";
import { client, useStore } from "../app/client";
import {
  type DraftTarget,
  keyOf,
  mergeDrafts,
  placeOf,
  prefixOf,
  readStoredDraft,
  type StoredDraft,
} from "./stored-drafts";

export interface DraftContent {
  text: string;
  replyTo: number | null;
}

const SAVE_MS = 300;
/** By then the server has heard of a draft, unless the connection is away. */
const SHARED_MS = 5_000;
const EMPTY: DraftContent = { text: "", replyTo: null };

type Kept = Readonly<Record<string, StoredDraft | undefined>>;

interface Copies {
  /** By key. */
  kept: Kept;
  /** Whose copies have been held against what the server has. */
  merged: string | null;
}

function stored(): Kept {
  const kept: Record<string, StoredDraft> = {};
  try {
    for (const key of Object.keys(localStorage)) {
      const draft = key.startsWith("parley.draft.") ? readStoredDraft(localStorage.getItem(key) ?? "") : null;
      if (draft) kept[key] = draft;
    }
  } catch {
    // Storage may be blocked: drafts then live as long as the page, and on the server.
  }
  return kept;
}

const useCopies = create<Copies>(() => ({ kept: stored(), merged: null }));

const unsaved = new Set<string>();
let saving = 0;
let sharing = 0;

function save(): void {
  window.clearTimeout(saving);
  for (const key of unsaved) {
    const draft = useCopies.getState().kept[key];
    try {
      if (draft) localStorage.setItem(key, JSON.stringify(draft));
      else localStorage.removeItem(key);
    } catch {
      // Full or blocked: the draft stays in memory.
    }
  }
  unsaved.clear();
}

function keep(key: string, draft: StoredDraft | undefined): void {
  useCopies.setState(({ kept }) => ({ kept: { ...kept, [key]: draft } }));
  unsaved.add(key);
  window.clearTimeout(saving);
  saving = window.setTimeout(save, SAVE_MS);
}

/** After a pause with a connection the server has heard of all that was written before it. */
function shareSoon(): void {
  window.clearTimeout(sharing);
  sharing = window.setTimeout(() => {
    if (client.connection.get().state !== "online") return shareSoon();
    for (const [key, draft] of Object.entries(useCopies.getState().kept)) {
      if (draft && !draft.isShared) keep(key, { ...draft, isShared: true });
    }
  }, SHARED_MS);
}

function write(me: string, place: DraftTarget, { text, replyTo }: DraftContent): void {
  client.drafts.put(place.channel, place.thread, { text, ...(replyTo !== null && { replyTo }) });
  keep(keyOf(me, place), text === "" ? undefined : { text, replyTo, at: Date.now(), isShared: false });
  shareSoon();
}

/** The last words before a tab closes or a phone sleeps. */
export function saveDraftsOnLeave(): void {
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
}

/**
 * Once the server's drafts are known: what was written here after them is handed over, the rest gives way to them. Returns what
 * is to be called when the session ends, from when on the copies count again.
 */
export function mergeStoredDrafts(me: string): () => void {
  for (const [key, draft] of Object.entries(useCopies.getState().kept)) {
    const place = placeOf(me, key);
    if (!draft || !place) continue;
    const served = client.drafts.get(place.channel, place.thread).get();
    if (mergeDrafts(draft, served) === "kept") write(me, place, draft);
    else keep(key, served ? { text: served.text, replyTo: served.replyTo, at: served.at, isShared: true } : undefined);
  }
  useCopies.setState({ merged: me });
  return () => useCopies.setState({ merged: null });
}

/** What is written at a place, here or on another device, and the way to change it. */
export function useDraft(
  me: string,
  channel: string,
  thread: number | null,
): [DraftContent, (draft: DraftContent) => void] {
  const place = useMemo(() => ({ channel, thread }), [channel, thread]);
  const key = keyOf(me, place);
  const served = useStore(useMemo(() => client.drafts.get(channel, thread), [channel, thread]));
  const kept = useCopies((copies) => (copies.merged === me ? undefined : copies.kept[key]));

  // What came from another device is kept here too.
  useEffect(() => {
    const { merged, kept } = useCopies.getState();
    // The client forgets its drafts when a session ends; what is kept here stays.
    if (merged !== me || client.me.get()?.id !== me || served?.text === kept[key]?.text) return;
    keep(key, served ? { text: served.text, replyTo: served.replyTo, at: served.at, isShared: true } : undefined);
  }, [me, key, served]);

  return [served ?? kept ?? EMPTY, (draft) => write(me, place, draft)];
}

/** Behind what is written there already. */
export function addToDraft(me: string, place: DraftTarget, text: string): void {
  const { text: before, replyTo } = client.drafts.get(place.channel, place.thread).get() ?? EMPTY;
  write(me, place, { text: before.trim() === "" ? text : `${before}\n${text}`, replyTo });
}

/** The text of a channel's draft, for its row in the list. */
export function useDraftText(me: string, channel: string): string {
  const { all } = client.drafts;
  const served = useSyncExternalStore(all.subscribe, () => all.get().get(channel)?.text);
  const kept = useCopies((copies) =>
    copies.merged === me ? undefined : copies.kept[keyOf(me, { channel, thread: null })]?.text,
  );
  return served ?? kept ?? "";
}

/** For whoever signs out by their own choice: the next person at this browser finds nothing. */
export function forgetDrafts(me: string): void {
  for (const key of Object.keys(useCopies.getState().kept)) if (key.startsWith(prefixOf(me))) keep(key, undefined);
  save();
}
