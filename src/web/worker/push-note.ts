// Reads the payload of a push by hand. The zod schemas would multiply the size of the worker.
import type { AttachmentSummary, ChannelKind, PushNote } from "../../protocol";
import { channelKinds } from "../../protocol/channel-kind";
import type { ShowNote } from "../../text/notification-composer";

type Fields = Record<string, unknown>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null;
const isText = (value: unknown): value is string => typeof value === "string";
const isKind = (value: unknown): value is ChannelKind => isText(value) && Object.hasOwn(channelKinds, value);
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isChannel = (value: unknown): value is string => isText(value) && /^c_[0-9a-z]{1,32}$/.test(value);

function authorOf(value: unknown): ShowNote["author"] {
  if (!isFields(value) || !isText(value.id) || !isText(value.name)) return null;
  const { id, name, handle } = value;
  return { id, name, ...(isText(handle) && { handle }) };
}

function attachmentsOf(value: unknown): { attachments?: AttachmentSummary } {
  if (!isFields(value) || !isCount(value.count) || !isText(value.name) || !isText(value.type)) return {};
  return { attachments: { count: value.count, name: value.name, type: value.type } };
}

/** Reads a payload; null for a payload that this version does not know. */
export function readNote(value: unknown): PushNote | null {
  if (!isFields(value) || !isText(value.key)) return null;
  const { type, key, channel, epochNumber, user, seq, through, at, kind, name, text, unread, thread } = value;
  if (type === "test") return isCount(at) ? { type, key, at } : null;
  if (!isChannel(channel) || !isCount(seq) || !isCount(epochNumber) || epochNumber < 1 || !isText(user)) return null;
  if (type === "clear") return { type, key, channel, epochNumber, user, seq };
  if (type !== "show" || !isKind(kind)) return null;
  if (!isText(name) || !isText(text) || !isCount(unread) || !isCount(at) || !isCount(through)) return null;
  return {
    ...{ type, key, channel, epochNumber, user, kind, seq, through, name, text, unread, at },
    thread: isCount(thread) ? thread : null,
    author: authorOf(value.author),
    ...attachmentsOf(value.attachments),
    mention: value.mention === true,
  };
}

/**
 * Adds the handle of the author, if the page knows another person whose name looks the same. The
 * server compares only the members of the channel. `stored` is the page's list: handles by id.
 */
export function withHandle(note: ShowNote, stored: string | null): ShowNote {
  if (note.author === null) return note;
  const handle = readHandles(stored)[note.author.id];
  return isText(handle) ? { ...note, author: { ...note.author, handle } } : note;
}

/** Reads the page's list; empty if nothing is stored, or something else. */
function readHandles(stored: string | null): Fields {
  try {
    const handles: unknown = JSON.parse(stored ?? "{}");
    return isFields(handles) ? handles : {};
  } catch {
    return {};
  }
}
