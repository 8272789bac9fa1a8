// People who use the SDK in plain Node with a real server.
import type { Event } from "../../src/protocol";
import { type ChannelHandle, type Client, type ClientOptions, createClient, type SentMessage } from "../../src/sdk";

let made = 0;

/** A registered person, connected. */
export async function arrive(url: string, name: string, options: ClientOptions = {}): Promise<Client> {
  const client = createClient({ url, keepToken: true, ...options });
  const handle = `${name}-${Date.now().toString(36)}-${made++}`;
  await client.accounts.register({ handle, name, password: "correct horse battery" });
  await client.connect();
  return client;
}

/** Alice and bob, each with the channel open, and everything that they receive. */
export async function openPair(url: string, options: ClientOptions = {}) {
  const alice = await arrive(url, "alice", options);
  const bob = await arrive(url, "bob", options);
  const id = await alice.direct(idOf(bob));
  const [a, b] = [alice.channel(id), bob.channel(id)];
  const received = { a: listen(a), b: listen(b) };
  await Promise.all([a.open(), b.open()]);
  return { alice, bob, id, a, b, received };
}

/** The log of a channel. */
export function listen(channel: ChannelHandle): Event[] {
  const events: Event[] = [];
  channel.onEvent((event) => events.push(event));
  return events;
}

export function idOf(client: Client): string {
  const me = client.me.get();
  if (!me) throw new Error("the client is not signed in");
  return me.id;
}

/**
 * Sends a message and returns its key. In the frozen client of protocol 1 `send` returns the key
 * itself.
 */
export function sendBy(channel: ChannelHandle, text: string): string {
  const sent: SentMessage | string = channel.send(text);
  return typeof sent === "string" ? sent : sent.key;
}

/** The seqs by nonce of the messages that a view shows as confirmed. */
export const confirmed = (channel: ChannelHandle): Map<string, number> =>
  new Map(
    channel.view
      .get()
      .messages.flatMap(({ key, seq, delivery }) => (seq !== null && delivery.state === "sent" ? [[key, seq]] : [])),
  );
