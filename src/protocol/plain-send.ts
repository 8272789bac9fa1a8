// Reads the most frequent commands without their schemas: a message that is neither a reply nor in
// a thread, because the schema would take a tenth of the time of a busy channel; a subscription and
// a page of history, because after a restart every socket asks for them at once. Everything unusual
// is left to the schema. `test/protocol/plain-send.test.ts` checks that both read the same.
import type { AppendingCommand, ChannelCommand } from "./commands";
import { epochPattern } from "./ids";
import { limits } from "./limits";
import { isMessageText } from "./text";

type Send = Extract<AppendingCommand, { type: "message.send" }>;
type Subscribe = Extract<ChannelCommand, { type: "channel.subscribe" }>;
type HistoryPage = Extract<ChannelCommand, { type: "history.page" }>;

/** The number of the fields that are read here. With another field there are more. */
const FIELDS = 6;
/** A UUID of the versions and the variant of RFC 9562. */
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Returns the command, or null if the schema has to decide. */
export function readPlainSend(raw: unknown): Send | null {
  if (typeof raw !== "object" || raw === null || !("type" in raw) || raw.type !== "message.send") return null;
  const { id, nonce, epoch, after, text }: Partial<Record<keyof Send, unknown>> = raw;
  if (typeof id !== "string" || id.length < 1 || id.length > limits.commandIdCharacters) return null;
  if (typeof nonce !== "string" || !uuid.test(nonce)) return null;
  if (typeof epoch !== "string" || !epochPattern.test(epoch)) return null;
  if (typeof after !== "number" || !Number.isSafeInteger(after) || after < 0) return null;
  if (typeof text !== "string" || text.length > limits.messageCodePoints || !isMessageText(text)) return null;
  if (Object.keys(raw).length !== FIELDS) return null;
  return { id, type: "message.send", nonce, epoch, after, text };
}

/** Bound: constant. */
const subscribeNames = new Set(["id", "type", "from", "hereInBatches", "purges"]);

/** Returns the command, or null if the schema has to decide. */
export function readPlainSubscribe(raw: unknown): Subscribe | null {
  if (typeof raw !== "object" || raw === null || !("type" in raw) || raw.type !== "channel.subscribe") return null;
  const { id, from, hereInBatches, purges }: Partial<Record<keyof Subscribe, unknown>> = raw;
  if (typeof id !== "string" || id.length < 1 || id.length > limits.commandIdCharacters) return null;
  if (typeof hereInBatches !== "boolean" || typeof purges !== "boolean") return null;
  for (const name in raw) if (!subscribeNames.has(name)) return null;
  if (!("from" in raw)) return { id, type: "channel.subscribe", hereInBatches, purges };
  if (typeof from !== "object" || from === null) return null;
  const { epoch, after }: { epoch?: unknown; after?: unknown } = from;
  if (typeof epoch !== "string" || !epochPattern.test(epoch)) return null;
  if (typeof after !== "number" || !Number.isSafeInteger(after) || after < 0) return null;
  return { id, type: "channel.subscribe", from: { epoch, after }, hereInBatches, purges };
}

/** Bound: constant. */
const pageNames = new Set(["id", "type", "query"]);
/** Bound: constant. */
const queryNames = new Set(["limit", "before"]);

/** Reads the newest page, and the ones before it. Null if the schema has to decide. */
export function readPlainPage(raw: unknown): HistoryPage | null {
  if (typeof raw !== "object" || raw === null || !("type" in raw) || raw.type !== "history.page") return null;
  const { id, query }: Partial<Record<keyof HistoryPage, unknown>> = raw;
  if (typeof id !== "string" || id.length < 1 || id.length > limits.commandIdCharacters) return null;
  if (typeof query !== "object" || query === null) return null;
  const { limit, before }: { limit?: unknown; before?: unknown } = query;
  if (typeof limit !== "number" || !Number.isSafeInteger(limit) || limit < 1 || limit > limits.pageMax) return null;
  for (const name in raw) if (!pageNames.has(name)) return null;
  for (const name in query) if (!queryNames.has(name)) return null;
  if (!("before" in query)) return { id, type: "history.page", query: { limit } };
  if (typeof before !== "number" || !Number.isSafeInteger(before) || before < 1) return null;
  return { id, type: "history.page", query: { before, limit } };
}
