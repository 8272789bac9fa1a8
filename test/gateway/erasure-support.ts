import { advanceErasures } from "../../src/gateway/operations/account-erasure";
import type { Event } from "../../src/protocol";
import { db, rowsOf } from "../directory/support";
import { type Person, request } from "../support/http";
import { readAll, resume } from "../support/log";
import { epochOf, join } from "../support/socket";

export const password = "correct horse battery";
export const erase = ({ token }: Person, typed = password) =>
  request("/v1/me", { method: "DELETE", token, body: { password: typed } });
export const codeOf = async (response: Response) => ((await response.json()) as { code: string }).code;
export const leftOf = ({ id }: Person) => rowsOf("SELECT channel FROM erasures WHERE account = ? ORDER BY channel", id);
export const registerAs = (handle: string) =>
  request("/v1/accounts", { method: "POST", body: { handle, name: "Another", password, keep: "token" } });

/** Returns the live messages of a person, as another member reads them. */
export async function saidBy(who: Person, reader: Person, channel: string): Promise<string[]> {
  const { messages } = await readAll(reader, channel);
  return messages.flatMap(({ author, body }) => (author === who.id && body.state === "live" ? [body.text] : []));
}
export async function eventsOf(reader: Person, channel: string): Promise<Event[]> {
  const joined = await join(reader, channel);
  const device = await resume(reader, channel, await epochOf(joined));
  return device.events;
}
/** Returns the deletions in the log: author and message. */
export async function deletionsIn(reader: Person, channel: string): Promise<[string, number][]> {
  const events = await eventsOf(reader, channel);
  return events.flatMap((event): [string, number][] =>
    event.type === "message.deleted" ? [[event.actor, event.data.target]] : [],
  );
}

/** Continues one account's erasure, or all erasures, for at most ten seconds. */
export const advance = (bindings: Env, account?: string) =>
  advanceErasures({ env: bindings, db, now: Date.now(), until: Date.now() + 10_000 }, account);
