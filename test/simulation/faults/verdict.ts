// Reads a channel's store back, as somebody who comes to it for the first time would, and judges the channel by it.
import type { Message, Page } from "../../../src/protocol/index.ts";
import { checkAcks, checkAnswers, checkHeard, checkRealTime } from "./checker.ts";
import type { Entry } from "./chronicle.ts";
import { HttpDoor } from "./http-door.ts";
import { replay } from "./replay.ts";
import type { Scene } from "./scene.ts";
import { checkStates } from "./states.ts";

export async function verify(scene: Scene, url: string): Promise<void> {
  const { chairs, channel, chronicle, faults, ledger } = scene;
  const token = chairs[0]?.person.token ?? "";
  const door = new HttpDoor(url, token, channel);
  const messages = await pagesOf(door);
  const { events, entries } = await replay(url, channel, door, scene);
  const store = new Map<number, Entry>(entries.map((entry) => [entry.seq, entry]));
  for (let seq = 1; seq <= entries.length; seq++) {
    if (!store.has(seq)) faults.add("gaps", `the store has no ${seq} of ${entries.length}`);
  }
  const head = entries.at(-1)?.seq ?? 0;
  for (const { hearing } of scene.seats) hearing.finish(head);
  checkHeard(chronicle, store, faults);
  checkAcks(ledger, store, faults);
  checkRealTime(ledger, faults);
  const deleted = new Set(entries.flatMap(({ type, target }) => (type === "message.deleted" ? [target ?? 0] : [])));
  checkAnswers(ledger, deleted, faults);
  checkStates(messages, events, ledger, faults);
}

/** All messages over HTTP, those in threads too. */
async function pagesOf(door: HttpDoor): Promise<Message[]> {
  const main = await walk(door, "");
  const roots = main.filter(({ replies }) => replies.version > 0);
  const replies: Message[] = [];
  for (const { seq } of roots) replies.push(...(await walk(door, `&thread=${seq}`)));
  return [...main, ...replies];
}

async function walk(door: HttpDoor, which: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after = 0, more = true; more; after = messages.at(-1)?.seq ?? after) {
    const page = await door.get<Page>(`messages?limit=100&after=${after}${which}`);
    messages.push(...page.messages);
    more = page.moreAfter;
  }
  return messages;
}
