// What people do: they connect and disconnect, open and close a channel, and change what they are
// notified of. Right after each change another person writes to them.
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ChannelHistory } from "./history.ts";
import { sendMessage } from "./message-sender.ts";
import type { Person } from "./person.ts";
import type { Participant, Population } from "./population.ts";
import type { World } from "./world.ts";

interface BehaviourContext {
  world: World;
  person: Person;
  direct: ChannelHistory;
  writer: Person;
  /** Channels of which they are a member. */
  channels: ChannelHistory[];
  /** Who writes in a group, by channel. */
  authors: Map<string, Person>;
  random: SeededRandom;
}

const WAIT_MS = 20_000;

export async function runBehaviours(world: World, population: Population): Promise<void> {
  await Promise.all(population.participants.map((member) => runBehaviour(world, population, member)));
}

async function runBehaviour(
  world: World,
  population: Population,
  { person, behaviour, direct }: Participant,
): Promise<void> {
  const writer = population.writerOf.get(direct?.id ?? "");
  if (!direct || !writer) return;
  const channels = [...world.history.channels.values()].filter(({ memberships }) => memberships.has(person.id));
  const authors = new Map(population.groups.map(({ channel, owner }) => [channel.id, owner]));
  const context: BehaviourContext = {
    world,
    person,
    direct,
    writer,
    channels,
    authors,
    random: world.random.fork(`behaviour ${person.handle}`),
  };
  if (behaviour === "idle" || behaviour === "present") await person.connect(behaviour === "idle" ? "idle" : "active");
  if (behaviour === "reader") await openAndClose(context);
  if (behaviour === "commuter") await connectAndDisconnect(context);
  if (behaviour === "choosy") await changeSettings(context);
}

async function connectAndDisconnect(context: BehaviourContext): Promise<void> {
  const { world, person, random } = context;
  while (await waitAwhile(context)) {
    const how = random.pick(["active", "idle"] as const);
    await person.connect(how);
    await write(context, context.direct);
    if (await waitAwhile(context)) await write(context, context.direct);
    // The connection stays until the end of the run.
    if (world.isOver) return;
    person.disconnect();
    await write(context, context.direct);
  }
}

async function openAndClose(context: BehaviourContext): Promise<void> {
  const { world, person, direct, random } = context;
  while (await waitAwhile(context)) {
    await person.openChannel(direct);
    await write(context, direct);
    if (random.chance(0.5)) await person.read(direct);
    await waitAwhile(context);
    if (world.isOver) return;
    person.closeChannel();
  }
}

async function changeSettings(context: BehaviourContext): Promise<void> {
  const { world, person, random, channels } = context;
  while (await waitAwhile(context)) {
    const channel = random.chance(0.5) ? context.direct : random.pick(channels);
    const membership = person.membership(channel);
    const { quiet, doNotDisturb, previews } = person.userHistory;
    switch (random.pick(["mute", "level", "quiet", "do not disturb", "previews"] as const)) {
      case "mute":
        await person.setMuted(channel, !membership.muted.latest);
        break;
      case "level":
        await person.setLevel(
          channel,
          membership.level.latest === "all" ? random.pick(["mentions", "nothing"] as const) : "all",
        );
        break;
      case "quiet":
        await person.setQuiet(!quiet.latest);
        break;
      case "do not disturb":
        await person.setDoNotDisturb(!doNotDisturb.latest);
        break;
      case "previews":
        await person.setPreviews(!previews.latest);
        break;
    }
    if (!world.isOver) await write(context, channel);
  }
}

async function write(
  { world, person, writer, authors, random }: BehaviourContext,
  channel: ChannelHistory,
): Promise<void> {
  if (world.isHeld(channel)) return;
  const author = authors.get(channel.id);
  if (!author) await sendMessage(world, channel, writer, random);
  else await sendMessage(world, channel, author, random, { people: random.chance(0.5) ? [person] : [] });
}

const waitAwhile = ({ world, random }: BehaviourContext): Promise<boolean> =>
  world.pause(WAIT_MS * (0.5 + random.next()));
