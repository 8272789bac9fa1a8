// `npm run seed` fills a running instance through the SDK, as 100 people would. PARLEY_URL names an
// instance other than the local one. With `--guild` it makes a server of 1,000 members instead.
import { type ChannelHandle, type Client, createClient, ParleyError } from "parley/sdk";
import { seedGuild } from "./seed-guild.ts";
import { english, korean, lineOf } from "./seed-text.ts";

const url = process.env.PARLEY_URL ?? "http://localhost:8787";
const password = "correct horse battery";
const lead = ["alice", "bob", "carol"];
const names = [...lead, ...Array.from({ length: 97 }, (_, at) => `guest-${String(at + 1).padStart(2, "0")}`)];
const koreanNames = ["하늘", "민준", "서연", "지호", "유나", "도윤"];
/** The number of messages in the long channel. */
const LONG = 20_000;
/** The most messages that are sent before waiting for their confirmation. */
const CHUNK = 400;

const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const displayNameOf = (handle: string, at: number): string =>
  at < lead.length
    ? capital(handle)
    : at % 3 === 0
      ? `${koreanNames[at % koreanNames.length]} ${at}`
      : `Guest ${at - 2}`;

/** Registers an account, or signs in if it exists: seeding twice adds messages, not people. */
async function registerOrSignIn(handle: string, at: number): Promise<Client> {
  const client = createClient({ url, keepToken: true });
  try {
    await client.accounts.register({ handle, password, name: displayNameOf(handle, at) });
  } catch (error) {
    if (!(error instanceof ParleyError) || error.code !== "handle_taken") throw error;
    await client.accounts.signIn({ handle, password });
  }
  return client;
}

const idOf = (client: Client): string => {
  const me = client.me.get();
  if (!me) throw new Error("the client is not signed in");
  return me.id;
};

/** Sends lines in order and waits until all are confirmed. Returns the seq of the last one. */
async function say(
  channel: ChannelHandle,
  lines: readonly string[],
  options?: { thread?: number; replyTo?: number },
): Promise<number> {
  let seq = 0;
  for (let from = 0; from < lines.length; from += CHUNK) {
    const waiting = new Set<string>();
    const done = Promise.withResolvers<void>();
    const stop = channel.onEvent((event) => {
      if (waiting.delete(event.nonce)) seq = event.seq;
      if (waiting.size === 0) done.resolve();
    });
    for (const line of lines.slice(from, from + CHUNK)) waiting.add(channel.send(line, options));
    await done.promise;
    stop();
  }
  return seq;
}

function progress(step: string, done: number, total: number): void {
  process.stdout.write(`\r${step.padEnd(44)} ${done}/${total}${done === total ? "\n" : ""}`);
}

async function open(client: Client, id: string): Promise<ChannelHandle> {
  const channel = client.channel(id);
  await channel.open();
  return channel;
}

if (process.argv.includes("--guild")) {
  await seedGuild({ url, password, progress });
  process.exit(0);
}

const people: Client[] = [];
for (const [at, name] of names.entries()) {
  people.push(await registerOrSignIn(name, at));
  progress("accounts", at + 1, names.length);
}
const [alice, bob, carol] = people;
if (!alice || !bob || !carol) throw new Error("alice, bob and carol are required");
await Promise.all([alice, bob, carol].map((client) => client.connect()));

const pairs = [
  { from: alice, to: bob, lines: english },
  { from: bob, to: carol, lines: korean },
  { from: carol, to: alice, lines: [...korean, ...english] },
];
for (const [at, { from, to, lines }] of pairs.entries()) {
  const id = await from.direct(idOf(to));
  const [a, b] = [await open(from, id), await open(to, id)];
  for (const [index, line] of lines.entries()) await say(index % 2 ? b : a, [line]);
  progress("direct channels", at + 1, pairs.length);
}

const group = await alice.createGroup({
  name: "Everyone 모두",
  topic: "All hundred of us. 공지와 수다.",
  members: people.slice(1).map(idOf),
});
const everyone = await open(alice, group);
const speakers = people.slice(1, 12);
await Promise.all(speakers.map((client) => client.connect()));
for (const [at, speaker] of speakers.entries()) {
  const channel = await open(speaker, group);
  const seq = await say(channel, [`@alice ${lineOf(at % 2 ? korean : english, at)}`]);
  everyone.react(seq, "👍");
  if (at % 3 === 0) channel.react(seq, "🎉");
  if (at % 4 === 0)
    await say(everyone, ["More of this in the thread.", lineOf(korean, at), lineOf(english, at)], { thread: seq });
  if (at % 5 === 0) await say(everyone, ["Exactly this."], { replyTo: seq });
  if (at === 0) everyone.pin(seq);
  progress(`a group of ${names.length}, with threads`, at + 1, speakers.length);
}

const archive = await bob.createGroup({
  name: "The long one",
  topic: "Twenty thousand lines.",
  members: [idOf(alice), idOf(carol)],
});
const long = await open(bob, archive);
for (let from = 0; from < LONG; from += CHUNK) {
  await say(
    long,
    Array.from(
      { length: CHUNK },
      (_, at) => `${from + at + 1}. ${lineOf((from + at) % 2 ? korean : english, from + at)}`,
    ),
  );
  progress(`a channel of ${LONG.toLocaleString("en")} messages`, from + CHUNK, LONG);
}

for (const client of people) client.disconnect();
console.log(`\nSign in at ${url} with one of these handles and passwords:`);
for (const handle of lead) console.log(`  ${handle.padEnd(6)} ${password}`);
