// What races a loss: members are removed, lose a role or are denied a channel while others write.
// From the answer of the change on, nothing of what is written reaches the person, on any surface.
import { test } from "vitest";
import type { Person } from "../support/http";
import { longTest } from "../support/long-test";
import { isBriefLongRun } from "../support/runs";
import { attach, join } from "../support/socket";
import {
  expectNothing,
  insist,
  makeScene,
  type RaceScene,
  type RaceSize,
  send,
  show,
  type Watched,
} from "./guild-races-support";

/** How members lose a channel. `everyone`: the override that shows it to all of them is removed. */
const losses = ["removal", "role", "member override", "role override"] as const;
type Loss = (typeof losses)[number];

/** Losses at the same time. Each decides again when another was faster. */
const AT_ONCE = 3;
/** Messages that are written during a loss, and after it. */
const TRAFFIC = 3;

function lose({ guild, owner, seer }: RaceScene, loss: Loss, who: Person, channel: string): Promise<void> {
  switch (loss) {
    case "removal":
      return insist(owner, guild, "DELETE", `members/${who.id}`);
    case "role":
      return insist(owner, guild, "DELETE", `members/${who.id}/roles/${seer.id}`);
    case "member override":
      return insist(owner, guild, "PUT", `channels/${channel}/overrides/${who.id}`, { allow: [], deny: ["view"] });
    case "role override":
      return insist(owner, guild, "PUT", `channels/${channel}/overrides/${seer.id}`, { allow: [], deny: [] });
  }
}

async function restore({ guild, owner, seer }: RaceScene, loss: Loss, who: Person, channel: string): Promise<void> {
  if (loss === "removal") await insist(owner, guild, "PUT", `members/${who.id}`);
  if (loss === "removal" || loss === "role") await insist(owner, guild, "PUT", `members/${who.id}/roles/${seer.id}`);
  const none = { allow: [], deny: [] };
  if (loss === "member override") await insist(owner, guild, "PUT", `channels/${channel}/overrides/${who.id}`, none);
  if (loss === "role override") await show(owner, guild, channel, seer.id);
}

interface Loser extends Watched {
  loss: Loss;
}

/** One round: losses race traffic, then more is written, then every surface is looked at. */
async function race(scene: RaceScene, round: number): Promise<number> {
  const watched: Loser[] = [];
  for (let at = 0; at < AT_ONCE; at++) {
    const who = scene.members[(round * AT_ONCE + at) % scene.members.length];
    // Channels differ, so that what one loses is not shown again by the restoration of another.
    const channel = scene.channels[(round + at * 7) % scene.channels.length];
    const loss = losses[(round + at) % losses.length];
    if (!who || !channel || !loss) throw new Error("nobody loses anything");
    watched.push({ who, loss, channel, socket: await join(who, channel), inbox: await attach(who) });
  }
  const traffic = watched.flatMap(({ channel }) =>
    Array.from({ length: TRAFFIC }, (_, at) => send(scene.writer, channel, `during ${round} ${at}`)),
  );
  await Promise.all([
    ...watched.map(async ({ who, loss, channel }) => {
      await lose(scene, loss, who, channel);
      for (let at = 0; at < TRAFFIC; at++) await send(scene.writer, channel, `late${round} @${who.handle} ${at}`);
    }),
    ...traffic,
  ]);
  await Promise.all(watched.map((one) => expectNothing(one, round)));
  for (const { who, loss, channel, inbox } of watched) {
    inbox.close();
    await restore(scene, loss, who, channel);
  }
  return watched.length;
}

async function raceAll(size: RaceSize): Promise<void> {
  const scene = await makeScene(size);
  let made = 0;
  for (let round = 0; made < size.changes; round++) made += await race(scene, round);
  console.log(`guild losses: ${made} raced traffic in ${size.channels} channels and ${size.people} people`);
}

test("nothing later reaches a person who lost a channel while others wrote", async () => {
  await raceAll({ channels: 4, people: 8, changes: 12 });
});

// A brief long run has a hundredth of the losses, because each takes a quarter of a second.
longTest("nor after 10,000 losses in 20 channels with 50 people", async () => {
  await raceAll({ channels: 20, people: 50, changes: Number(process.env.LOSSES ?? (isBriefLongRun ? 100 : 10_000)) });
});
