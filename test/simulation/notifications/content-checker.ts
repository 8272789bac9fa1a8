// Whether a notification agrees with its message.
import { limits } from "../../../src/protocol/limits.ts";
import { bounds } from "./bounds.ts";
import { notifiedThrough } from "./expectations.ts";
import type { Arrival, History } from "./history.ts";

/** What is wrong with the content; null where it is right. */
export function contentFlaw(history: History, { target, note, at }: Arrival): string | null {
  if (note.type === "test") return "a test notification without a request";
  const channel = history.channels.get(note.channel);
  const user = history.targets.get(target)?.user ?? "";
  if (note.user !== user) return `it is for ${note.user}`;
  if (!channel) return `no channel is ${note.channel}`;
  if (!/:\d+$/.test(note.key) || !note.key.startsWith(`${note.channel}:`)) return `the key ${note.key}`;
  if (note.type === "clear") return null;
  const message = channel.messages.find(({ seq }) => seq === note.seq);
  if (!message) return `no message is ${note.seq}`;
  if (note.through !== notifiedThrough(note.key)) return `through ${note.through} under the key ${note.key}`;
  if (note.kind !== channel.kind) return `the kind ${note.kind}`;
  if (note.mention !== message.mentions.includes(user)) return `mention ${note.mention} of ${message.text}`;
  if (note.unread < 1 || note.unread > limits.unreadMax) return `${note.unread} unread`;
  if (note.at < message.begunAt - bounds.clockMs || note.at > message.doneAt + bounds.clockMs)
    return `the time ${note.at}`;
  const previews = history.users.get(user)?.previews;
  if (note.author === null) {
    const since = previews?.since((is) => is, at) ?? null;
    const isWrong = since !== null && since < at - bounds.slackMs;
    if (isWrong) return "no preview although previews are on";
    return note.text === "" && note.name === "" ? null : "a text or a name without an author";
  }
  const hiddenSince = previews?.since((is) => !is, at) ?? null;
  if (hiddenSince !== null && (hiddenSince < at - bounds.slackMs || hiddenSince < message.begunAt))
    return "a preview although previews are off";
  if (note.name !== (channel.kind === "direct" ? "" : channel.name)) return `the name ${note.name}`;
  if (note.author.id !== message.author) return `the author ${note.author.id}`;
  if (note.author.name !== history.users.get(message.author)?.name) return `the name ${note.author.name}`;
  return isBeginning(note.text, message.text) ? null : `the text "${note.text}" for "${message.text}"`;
}

const folded = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** White space may be folded. A long text may end early, with or without an ellipsis. */
export function isBeginning(shown: string, sent: string): boolean {
  const [start, whole] = [folded(shown), folded(sent)];
  if (start === whole) return [...whole].length <= limits.pushCodePoints;
  const bare = start.replace(/…$/u, "").trimEnd();
  return (
    shown.isWellFormed() &&
    whole.startsWith(bare) &&
    [...whole].length > limits.pushCodePoints &&
    [...bare].length >= limits.pushCodePoints / 2
  );
}
