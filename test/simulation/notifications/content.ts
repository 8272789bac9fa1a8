// Whether what arrived says what was sent.
import { limits } from "../../../src/protocol/limits.ts";
import { bounds } from "./bounds.ts";
import { toldUpTo } from "./due.ts";
import type { Arrival, Ledger } from "./ledger.ts";

/** What is wrong with it; null where it says what it should. */
export function flawOf(ledger: Ledger, { target, note, at }: Arrival): string | null {
  if (note.type === "test") return "a test that nobody asked for";
  const talk = ledger.talks.get(note.channel);
  const user = ledger.targets.get(target)?.user ?? "";
  if (note.user !== user) return `it is for ${note.user}`;
  if (!talk) return `no channel is ${note.channel}`;
  if (!/:\d+$/.test(note.key) || !note.key.startsWith(`${note.channel}:`)) return `the key ${note.key}`;
  if (note.type === "clear") return null;
  const said = talk.said.find(({ seq }) => seq === note.seq);
  if (!said) return `no message is ${note.seq}`;
  if (note.through !== toldUpTo(note.key)) return `through ${note.through} under the key ${note.key}`;
  if (note.kind !== talk.kind) return `the kind ${note.kind}`;
  if (note.mention !== said.calls.includes(user)) return `mention ${note.mention} of ${said.text}`;
  if (note.unread < 1 || note.unread > limits.unreadMax) return `${note.unread} unread`;
  if (note.at < said.begunAt - bounds.clockMs || note.at > said.doneAt + bounds.clockMs) return `the time ${note.at}`;
  const previews = ledger.actors.get(user)?.previews;
  if (note.author === null) {
    const since = previews?.since((is) => is, at) ?? null;
    const isWrong = since !== null && since < at - bounds.slackMs;
    if (isWrong) return "no preview where one is wanted";
    return note.text === "" && note.name === "" ? null : "a text or a name without an author";
  }
  const hiddenSince = previews?.since((is) => !is, at) ?? null;
  if (hiddenSince !== null && (hiddenSince < at - bounds.slackMs || hiddenSince < said.begunAt))
    return "a preview that nobody wants";
  if (note.name !== (talk.kind === "direct" ? "" : talk.name)) return `the name ${note.name}`;
  if (note.author.id !== said.author) return `the author ${note.author.id}`;
  if (note.author.name !== ledger.actors.get(said.author)?.name) return `the name ${note.author.name}`;
  return isBeginning(note.text, said.text) ? null : `the text "${note.text}" for "${said.text}"`;
}

const folded = (text: string): string => text.replace(/\s+/gu, " ").trim();

/** White space may be folded, and a long text may end early, in an ellipsis or without. */
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
