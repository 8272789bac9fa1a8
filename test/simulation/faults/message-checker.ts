// A model of messages: computes their states from the entries of a log and compares them with what
// the server shows.
import type { Event, Message } from "../../../src/protocol/index.ts";
import type { History } from "./history.ts";
import type { Violations } from "./violations.ts";

interface Expected {
  nonce: string;
  author: string;
  /** The last text; null once deleted. */
  text: string | null;
  version: number;
  reactions: Map<string, Set<string>>;
  pinnedBy: string | null;
}

/**
 * `messages` come from pages and `events` from a replay of the log: two views of the present state.
 */
export function checkMessages(
  messages: readonly Message[],
  events: readonly Event[],
  history: History,
  violations: Violations,
): void {
  const expected = fold(events, history);
  const described = new Map(messages.map((message) => [message.seq, message]));
  for (const [seq, state] of expected) {
    const message = described.get(seq);
    const differences = message ? compare(message, state) : ["it is on no page"];
    for (const difference of differences) violations.add("misstated", `message ${seq}: ${difference}`);
  }
  for (const seq of described.keys())
    if (!expected.has(seq)) violations.add("misstated", `message ${seq} is not in the log`);
  for (const event of events) {
    const target = event.type === "message.sent" ? event.seq : "target" in event.data ? event.data.target : 0;
    if (!("body" in event.data) || expected.get(target)?.text !== null) continue;
    if (event.data.body.state === "live")
      violations.add("misstated", `entry ${event.seq} shows a text that was deleted`);
  }
}

function fold(events: readonly Event[], history: History): Map<number, Expected> {
  const messages = new Map<number, Expected>();
  for (const event of events) {
    const { seq, actor, nonce } = event;
    const command = history.get(actor, nonce)?.command;
    const text = command && "text" in command ? command.text : null;
    if (event.type === "message.sent") {
      messages.set(seq, { nonce, author: actor, text, version: seq, reactions: new Map(), pinnedBy: null });
    }
    const message = "target" in event.data ? messages.get(event.data.target) : undefined;
    if (!message) continue;
    if (event.type === "message.edited") Object.assign(message, { text, version: seq });
    else if (event.type === "message.deleted") {
      Object.assign(message, { text: null, version: seq, reactions: new Map(), pinnedBy: null });
    } else if (event.type === "message.pinned") message.pinnedBy ??= actor;
    else if (event.type === "message.unpinned") message.pinnedBy = null;
    else if (event.type === "reaction.added" || event.type === "reaction.removed") {
      const { emoji } = event.data;
      const who = message.reactions.get(emoji) ?? new Set();
      if (event.type === "reaction.added") who.add(actor);
      else who.delete(actor);
      message.reactions.set(emoji, who);
    }
  }
  return messages;
}

function compare(message: Message, expected: Expected): string[] {
  const { body, reactions, pin } = message;
  const text = body.state === "live" ? body.text : null;
  const packed = (items: Iterable<[string, Iterable<string>]>) =>
    [...items]
      .flatMap(([emoji, who]) => [...who].map((user) => `${emoji} ${user}`))
      .sort()
      .join();
  const differences: [string, unknown, unknown][] = [
    ["nonce", message.nonce, expected.nonce],
    ["author", message.author, expected.author],
    ["text", text, expected.text],
    ["version", body.version, expected.version],
    ["reactions", packed(reactions.items.map(({ emoji, users }) => [emoji, users])), packed(expected.reactions)],
    ["pin", pin.by, expected.pinnedBy],
  ];
  return differences
    .filter(([, is, ought]) => is !== ought)
    .map(([what, is, ought]) => `its ${what} is ${String(is).slice(0, 80)}, not ${String(ought).slice(0, 80)}`);
}
