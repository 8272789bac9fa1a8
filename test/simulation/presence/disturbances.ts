// What people do, one thing at a time and each to its end: after it they are there again with all their devices, as if nothing had been.
import { limits } from "../../../src/protocol/limits.ts";
import type { Device } from "./device.ts";
import type { Person } from "./person.ts";
import { SEEN_WITHIN_MS } from "./presence-model.ts";

const SECOND = 1_000;
/** So long before the grace ends somebody who only blinks is back, the server's share of the way included. */
const MARGIN_MS = 5 * SECOND;

const seconds = (person: Person, low: number, high: number) =>
  person.world.pause(person.random.between(low * SECOND, high * SECOND));

const reconnect = async (person: Person, devices: readonly Device[]) => {
  for (const device of devices) await person.connect(device);
};

/** Closes with a word, and is back later. */
async function close(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) await person.leave(device);
  await seconds(person, 6, 14);
  await reconnect(person, devices);
}

/** Drops for less than the grace: nobody may see it. */
async function blink(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) person.drop(device);
  await person.world.pause(person.random.between(200, limits.graceMs - MARGIN_MS));
  await reconnect(person, devices);
}

/** One device of two drops; the other goes on. */
async function blinkOnce(person: Person): Promise<void> {
  const device = person.random.pick([...person.present]);
  person.drop(device);
  await seconds(person, 1, 20);
  await reconnect(person, [device]);
}

/** Drops for longer than the grace. */
async function drop(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) person.drop(device);
  await person.world.pause(limits.graceMs + SEEN_WITHIN_MS + person.random.between(1, 8) * SECOND);
  await reconnect(person, devices);
}

/** Is not heard of until the lease is over. The connection stays; another one follows. */
async function fallSilent(person: Person): Promise<void> {
  const givenUpAt = person.fallSilent();
  await person.world.pause(Math.max(0, givenUpAt - Date.now()) + SEEN_WITHIN_MS + person.random.between(1, 5) * SECOND);
  await reconnect(person, [...person.present]);
}

/** Is not heard of for a while, and comes back by another connection before the lease is over: nobody may see it. */
async function pauseBeating(person: Person): Promise<void> {
  person.fallSilent();
  await seconds(person, 5, 35);
  await reconnect(person, [...person.present]);
}

/** Does not use any device, and then one of them. */
async function rest(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) await person.setActive(device, false);
  await seconds(person, 6, 14);
  for (const device of devices) await person.setActive(device, true);
}

/** Wants to be seen otherwise, goes on with their life meanwhile, and wants to be seen again. */
async function disguise(person: Person): Promise<void> {
  await person.setMode(person.random.pick(["dnd", "invisible"] as const));
  await seconds(person, 6, 10);
  await person.random.pick([rest, blink, close, async () => {}])(person);
  await seconds(person, 1, 6);
  await person.setMode("auto");
}

async function signOut(person: Person): Promise<void> {
  const devices = await person.signOut();
  await seconds(person, 6, 12);
  await person.signIn();
  await reconnect(person, devices);
}

/** Another device takes the place of one, which goes with or without a word. */
async function swap(person: Person): Promise<void> {
  const old = person.random.pick(person.devices);
  const next = person.newDevice();
  await person.connect(next);
  person.devices.splice(person.devices.indexOf(old), 1, next);
  await seconds(person, 0, 2);
  if (person.random.chance(0.5)) await person.leave(old);
  else person.drop(old);
}

/** Somebody arrives who wants to know, on a device that is there for a while only. */
async function visit(person: Person): Promise<void> {
  const device = person.newDevice();
  await person.connect(device);
  await seconds(person, 6, 20);
  await person.leave(device);
}

/** Other people come on screen. */
async function look(person: Person): Promise<void> {
  await person.look(person.random.pick([...person.present]));
}

/** The same, and others again before the question is answered: what the last one named is what counts. */
async function lookTwice(person: Person): Promise<void> {
  const device = person.random.pick([...person.present]);
  await Promise.all([person.look(device), person.look(device)]);
}

export const disturbances = {
  close,
  blink,
  blinkOnce,
  drop,
  fallSilent,
  pauseBeating,
  rest,
  disguise,
  signOut,
  swap,
  visit,
  look,
  lookTwice,
};

export type Disturbance = keyof typeof disturbances;

/** How often each of them happens, against the others. */
export const weights: Readonly<Record<Disturbance, number>> = {
  close: 16,
  blink: 20,
  blinkOnce: 3,
  drop: 8,
  fallSilent: 8,
  pauseBeating: 6,
  rest: 12,
  disguise: 10,
  signOut: 4,
  swap: 6,
  visit: 5,
  look: 6,
  lookTwice: 3,
};
