// Devices and members that come and go: given back, signed out, forgotten by their push service, removed from a group. Right after each somebody writes.
import type { Dice } from "../faults/dice.ts";
import type { Cast, Group, Member } from "./cast.ts";
import { say } from "./speaking.ts";
import type { World } from "./world.ts";

const DEVICE_EVERY_MS = 6_000;
const MEMBER_EVERY_MS = 15_000;
const AWAY_MS = 12_000;

export function turnOver(world: World, cast: Cast): Promise<unknown> {
  const groups = cast.groups.map((group) => changeMembers(world, cast, group));
  return Promise.all([changeDevices(world, cast), ...groups]);
}

async function changeDevices(world: World, cast: Cast): Promise<void> {
  const dice = world.dice.for("devices");
  const owners = cast.members.filter(({ habit }) => habit === "offline" || habit === "idle");
  const pending: Promise<void>[] = [];
  while (await world.pauseAbout(DEVICE_EVERY_MS, dice)) {
    const owner = dice.pick(owners);
    if (owner.direct && !world.isHeld(owner.direct)) pending.push(changeDevice(world, cast, owner, dice));
  }
  await Promise.all(pending);
}

async function changeDevice(world: World, cast: Cast, { person, direct, habit }: Member, dice: Dice): Promise<void> {
  const writer = cast.writerOf.get(direct?.id ?? "");
  const [device] = dice.shuffle(person.devices);
  if (!device || !direct || !writer) return;
  const how = dice.pick(["subscription", "session", "expiry"] as const);
  if (how === "expiry") await person.expire(device);
  else await person.giveUp(device, how);
  await say(world, direct, writer, dice);
  await world.pause(AWAY_MS * dice.roll());
  // Sometimes by a page that is open for a moment, sometimes by a worker in the background that opens no socket.
  const isPage = habit === "offline" && dice.chance(0.5);
  if (isPage) await person.arrive("active");
  await person.addDevice();
  if (isPage) person.leave();
  await world.pause(AWAY_MS * dice.roll());
  await say(world, direct, writer, dice);
}

async function changeMembers(world: World, cast: Cast, { talk, owner }: Group): Promise<void> {
  const dice = world.dice.for(`members ${talk.id}`);
  const guests = cast.members.filter(({ habit, person }) => habit === "offline" && talk.seats.has(person.id));
  if (guests.length === 0) return;
  while (await world.pauseAbout(MEMBER_EVERY_MS, dice)) {
    const { person } = dice.pick(guests);
    const { member } = person.seat(talk);
    const path = `/v1/channels/${talk.id}/members/${person.id}`;
    const { token } = owner;
    const removed = await world.door.ask({ method: "DELETE", path, token, refusals: [404] });
    member.change(false, removed.begunAt, removed.doneAt);
    await say(world, talk, owner, dice, { everyone: true });
    await world.pause(AWAY_MS * dice.roll());
    const added = await world.door.ask({ method: "PUT", path, token, body: { role: "member" } });
    member.change(true, added.begunAt, added.doneAt);
    await world.pause(AWAY_MS * dice.roll());
    await say(world, talk, owner, dice, { people: [person] });
  }
}
