// `npm run seed -- --guild` makes a server of 1,000 members and 200 channels in a running instance,
// with something unread in every channel, and measures how long its newest member takes to connect.
// PARLEY_URL names an instance other than the local one, whose rates must be as high.
import { createClient } from "parley/sdk";

const MEMBERS = 1_000;
const CHANNELS = 200;
const AT_ONCE = 8;

interface Account {
  token: string;
  id: string;
}

interface SeedTarget {
  url: string;
  password: string;
  progress(step: string, done: number, total: number): void;
}

/** Creates the guild. A repeat with the same accounts makes another one. */
export async function seedGuild({ url, password, progress }: SeedTarget): Promise<void> {
  const call = async <T>(method: string, path: string, token: string | null, body?: object): Promise<T> => {
    const headers = {
      "content-type": "application/json",
      // What appends a message needs a key.
      ...(path.endsWith("/messages") && { "idempotency-key": crypto.randomUUID() }),
      ...(token && { authorization: `Bearer ${token}` }),
    };
    const response = await fetch(url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return (response.status === 204 ? null : await response.json()) as T;
  };
  const account = async (handle: string): Promise<Account> => {
    const known = { handle, password, keep: "token" };
    const signIn = () => call<{ token: string; me: { id: string } }>("POST", "/v1/sessions", null, known);
    const register = () =>
      call<{ token: string; me: { id: string } }>("POST", "/v1/accounts", null, { ...known, name: handle });
    const signed = await register().catch(signIn);
    return { token: signed.token, id: signed.me.id };
  };
  const each = async <T>(step: string, total: number, work: (at: number) => Promise<T>): Promise<T[]> => {
    const made: T[] = [];
    for (let at = 0; at < total; at += AT_ONCE) {
      const some = Array.from({ length: Math.min(AT_ONCE, total - at) }, (_, index) => work(at + index));
      made.push(...(await Promise.all(some)));
      progress(step, made.length, total);
    }
    return made;
  };

  const people = await each("accounts", MEMBERS, (at) => account(`member-${String(at + 1).padStart(4, "0")}`));
  const [owner, ...others] = people;
  const newest = others.at(-1);
  if (!owner || !newest) throw new Error("there are no accounts");
  const guild = await call<{ id: string; channels: { id: string }[] }>("POST", "/v1/guilds", owner.token, {
    ...{ nonce: crypto.randomUUID(), name: "The thousand 천 명", template: "community" },
  });
  // One after another: each join is a revision of the guild.
  for (const [at, { id }] of others.entries()) {
    await call("PUT", `/v1/guilds/${guild.id}/members/${id}`, owner.token);
    progress("members", at + 2, MEMBERS);
  }
  for (let at = guild.channels.length; at < CHANNELS; at++) {
    const body = { nonce: crypto.randomUUID(), name: `channel ${at + 1}` };
    await call("POST", `/v1/guilds/${guild.id}/channels`, owner.token, body);
    progress("channels", at + 1, CHANNELS);
  }
  const { channels } = await call<{ channels: { id: string }[] }>("GET", `/v1/guilds/${guild.id}`, newest.token);
  await each("a message in each channel", channels.length, async (at) => {
    const path = `/v1/channels/${channels[at]?.id}/messages`;
    await call("POST", path, owner.token, { text: at % 10 === 0 ? `@member-${MEMBERS} look` : "hello" }).catch(
      (error) => {
        // Only some may write in a channel for announcements.
        if (!String(error).includes("403")) throw error;
      },
    );
  });

  // The heads of the last messages reach the guild object within its pause.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  for (const which of ["first", "second", "third"]) {
    const ms = await connectingTime({ url, password, handle: `member-${MEMBERS}`, guild: guild.id });
    console.log(`\nThe ${which} connection, until all ${ms.unread} unread channels are known, took ${ms.all} ms.`);
  }
  console.log(`Sign in at ${url} as member-0001 (the owner) or member-${MEMBERS}, password: ${password}`);
}

/**
 * Connects as a device does that shows a server. Returns the milliseconds until everything unread
 * is known, and in how many channels there is something.
 */
async function connectingTime(target: { url: string; password: string; handle: string; guild: string }) {
  const { url, password, handle, guild } = target;
  const client = createClient({ url, keepToken: true });
  await client.accounts.signIn({ handle, password });
  const unread = () => client.guildChannels.get().filter(({ isUnread }) => isUnread).length;
  const begun = performance.now();
  client.guilds.show(guild);
  await Promise.all([client.connect(), client.guilds.of(guild).open()]);
  // Some channels are for announcements, in which the owner wrote nothing.
  const known = Promise.withResolvers<void>();
  const stop = client.guildChannels.subscribe(() => unread() >= CHANNELS - 10 && known.resolve());
  if (unread() < CHANNELS - 10) await known.promise;
  const all = Math.round(performance.now() - begun);
  stop();
  client.disconnect();
  return { all, unread: unread() };
}
