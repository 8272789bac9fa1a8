// Reads a channel's stored log as a new client would, and runs all checkers on it.
import type { Message, Page } from "../../../src/protocol/index.ts";
import { checkAcks, checkAnswers, checkHeard, checkRealTime } from "./checker.ts";
import { HttpClient } from "./http-client.ts";
import { checkMessages } from "./message-checker.ts";
import type { Entry } from "./observed-log.ts";
import { replay } from "./replay.ts";
import type { TestedChannel } from "./tested-channel.ts";

export async function checkChannel(tested: TestedChannel, url: string): Promise<void> {
  const { sdkClients, channel, observedLog, violations, history } = tested;
  const token = sdkClients[0]?.person.token ?? "";
  const http = new HttpClient(url, token, channel);
  const messages = await pagesOf(http);
  const { events, entries } = await replay(url, channel, http, tested);
  const store = new Map<number, Entry>(entries.map((entry) => [entry.seq, entry]));
  for (let seq = 1; seq <= entries.length; seq++) {
    if (!store.has(seq)) violations.add("gaps", `the store has no entry ${seq} of ${entries.length}`);
  }
  const head = entries.at(-1)?.seq ?? 0;
  for (const { deliveries } of tested.clients) deliveries.finish(head);
  checkHeard(observedLog, store, violations);
  checkAcks(history, store, violations);
  checkRealTime(history, violations);
  const deleted = new Set(entries.flatMap(({ type, target }) => (type === "message.deleted" ? [target ?? 0] : [])));
  checkAnswers(history, deleted, violations);
  checkMessages(messages, events, history, violations);
}

/** All messages over HTTP, including those in threads. */
async function pagesOf(http: HttpClient): Promise<Message[]> {
  const main = await walk(http, "");
  const roots = main.filter(({ replies }) => replies.version > 0);
  const replies: Message[] = [];
  for (const { seq } of roots) replies.push(...(await walk(http, `&thread=${seq}`)));
  return [...main, ...replies];
}

async function walk(http: HttpClient, which: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after = 0, more = true; more; after = messages.at(-1)?.seq ?? after) {
    const page = await http.get<Page>(`messages?limit=100&after=${after}${which}`);
    messages.push(...page.messages);
    more = page.moreAfter;
  }
  return messages;
}
