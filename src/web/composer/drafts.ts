// What somebody began to write, per account and channel, in this browser's storage: it survives reloads and signed-out sessions.
import { create } from "zustand";

const PREFIX = "parley.draft.";
const SAVE_MS = 300;

const keyOf = (me: string, channel: string): string => `${PREFIX}${me}.${channel}`;

function stored(): Record<string, string> {
  const drafts: Record<string, string> = {};
  try {
    for (const key of Object.keys(localStorage)) {
      const draft = key.startsWith(PREFIX) ? localStorage.getItem(key) : null;
      if (draft !== null) drafts[key] = draft;
    }
  } catch {
    // Storage may be blocked: drafts then live as long as the page.
  }
  return drafts;
}

const useDrafts = create<Record<string, string>>(() => stored());

const unsaved = new Set<string>();
let timer = 0;

function save(): void {
  window.clearTimeout(timer);
  for (const key of unsaved) {
    const draft = useDrafts.getState()[key];
    try {
      if (draft) localStorage.setItem(key, draft);
      else localStorage.removeItem(key);
    } catch {
      // Full or blocked: the draft stays in memory.
    }
  }
  unsaved.clear();
}

function write(key: string, draft: string): void {
  useDrafts.setState({ [key]: draft });
  unsaved.add(key);
  window.clearTimeout(timer);
  timer = window.setTimeout(save, SAVE_MS);
}

/** The last words before a tab closes or a phone sleeps. */
export function saveDraftsOnLeave(): void {
  window.addEventListener("pagehide", save);
  document.addEventListener("visibilitychange", save);
}

export function useDraft(me: string, channel: string): [string, (draft: string) => void] {
  const key = keyOf(me, channel);
  return [useDrafts((drafts) => drafts[key] ?? ""), (draft) => write(key, draft)];
}

/** For whoever signs out by their own choice: the next person at this browser finds nothing. */
export function forgetDrafts(me: string): void {
  for (const key of Object.keys(useDrafts.getState())) {
    if (key.startsWith(keyOf(me, ""))) write(key, "");
  }
  save();
}
