// Devices and members that come and go: subscriptions are removed, sessions end, push services
// forget devices, members are removed. Right after each change a message is sent.
import type { SeededRandom } from "../kit/seeded-random.ts";
import { sendMessage } from "./message-sender.ts";
import type { Group, Participant, Population } from "./population.ts";
import type { World } from "./world.ts";

const MEMBER_EVERY_MS = 15_000;
const AWAY_MS = 12_000;

export function changeDevicesAndMembers(world: World, population: Population, deviceEveryMs: number): Promise<unknown> {
  const groups = population.groups.map((group) => changeMembers(world, population, group));
  return Promise.all([changeDevices(world, population, deviceEveryMs), ...groups]);
}

async function changeDevices(world: World, population: Population, everyMs: number): Promise<void> {
  const random = world.random.fork("devices");
  const owners = population.participants.filter(({ behaviour }) => behaviour === "offline" || behaviour === "idle");
  const pending: Promise<void>[] = [];
  while (await world.pauseAbout(everyMs, random)) {
    const owner = random.pick(owners);
    if (owner.direct && !world.isHeld(owner.direct)) pending.push(changeDevice(world, population, owner, random));
  }
  await Promise.all(pending);
}

async function changeDevice(
  world: World,
  population: Population,
  { person, direct, behaviour }: Participant,
  random: SeededRandom,
): Promise<void> {
  const writer = population.writerOf.get(direct?.id ?? "");
  const [device] = random.shuffle(person.devices);
  if (!device || !direct || !writer) return;
  const how = random.pick(["subscription", "session", "expiry"] as const);
  if (how === "expiry") await person.expire(device);
  else await person.revoke(device, how);
  await sendMessage(world, direct, writer, random);
  await world.pause(AWAY_MS * random.next());
  // Half of them subscribe from a page that is open for a moment, the others from a service worker
  // that opens no socket.
  const isPage = behaviour === "offline" && random.chance(0.5);
  if (isPage) await person.connect("active");
  await person.addDevice();
  if (isPage) person.disconnect();
  await world.pause(AWAY_MS * random.next());
  await sendMessage(world, direct, writer, random);
}

async function changeMembers(world: World, population: Population, { channel, owner }: Group): Promise<void> {
  const random = world.random.fork(`members ${channel.id}`);
  const guests = population.participants.filter(
    ({ behaviour, person }) => behaviour === "offline" && channel.memberships.has(person.id),
  );
  if (guests.length === 0) return;
  while (await world.pauseAbout(MEMBER_EVERY_MS, random)) {
    const { person } = random.pick(guests);
    const { member } = person.membership(channel);
    const path = `/v1/channels/${channel.id}/members/${person.id}`;
    const { token } = owner;
    const removed = await world.http.ask({ method: "DELETE", path, token, refusals: [404] });
    member.change(false, removed.begunAt, removed.doneAt);
    await sendMessage(world, channel, owner, random, { everyone: true });
    await world.pause(AWAY_MS * random.next());
    const added = await world.http.ask({ method: "PUT", path, token, body: { role: "member" } });
    member.change(true, added.begunAt, added.doneAt);
    await world.pause(AWAY_MS * random.next());
    await sendMessage(world, channel, owner, random, { people: [person] });
  }
}
