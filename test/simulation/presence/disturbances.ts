// What people do. Each disturbance runs to its end, after which the person is online again with all
// devices.
import { limits } from "../../../src/protocol/limits.ts";
import type { Device } from "./device.ts";
import type { Person } from "./person.ts";
import { SEEN_WITHIN_MS } from "./presence-model.ts";

const SECOND = 1_000;
/**
 * How long before the end of the grace period a short drop is over, including the server's
 * processing.
 */
const MARGIN_MS = 5 * SECOND;

const seconds = (person: Person, low: number, high: number) =>
  person.world.pause(person.random.between(low * SECOND, high * SECOND));

const reconnect = async (person: Person, devices: readonly Device[]) => {
  for (const device of devices) await person.connect(device);
};

/** Closes all devices and reconnects them later. */
async function close(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) await person.leave(device);
  await seconds(person, 6, 14);
  await reconnect(person, devices);
}

/** Drops for less than the grace period, which must not show. */
async function blink(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) person.drop(device);
  await person.world.pause(person.random.between(200, limits.graceMs - MARGIN_MS));
  await reconnect(person, devices);
}

/** Drops one of two devices; the other stays. */
async function blinkOnce(person: Person): Promise<void> {
  const device = person.random.pick([...person.present]);
  person.drop(device);
  await seconds(person, 1, 20);
  await reconnect(person, [device]);
}

/** Drops for longer than the grace period. */
async function drop(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) person.drop(device);
  await person.world.pause(limits.graceMs + SEEN_WITHIN_MS + person.random.between(1, 8) * SECOND);
  await reconnect(person, devices);
}

/** Sends nothing until the lease is over, on an open connection. New connections follow. */
async function fallSilent(person: Person): Promise<void> {
  const givenUpAt = person.fallSilent();
  await person.world.pause(Math.max(0, givenUpAt - Date.now()) + SEEN_WITHIN_MS + person.random.between(1, 5) * SECOND);
  await reconnect(person, [...person.present]);
}

/** Sends nothing for a while and reconnects before the lease is over, which must not show. */
async function pauseBeating(person: Person): Promise<void> {
  person.fallSilent();
  await seconds(person, 5, 35);
  await reconnect(person, [...person.present]);
}

/** Uses no device for a while. */
async function rest(person: Person): Promise<void> {
  const devices = [...person.present];
  for (const device of devices) await person.setActive(device, false);
  await seconds(person, 6, 14);
  for (const device of devices) await person.setActive(device, true);
}

/** Sets another presence mode, goes on with something else, and sets the mode back to `auto`. */
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

/** Replaces one device by another; the old one closes or drops. */
async function swap(person: Person): Promise<void> {
  const old = person.random.pick(person.devices);
  const next = person.newDevice();
  await person.connect(next);
  person.devices.splice(person.devices.indexOf(old), 1, next);
  await seconds(person, 0, 2);
  if (person.random.chance(0.5)) await person.leave(old);
  else person.drop(old);
}

/** Watches others for a while on a device that then closes. */
async function visit(person: Person): Promise<void> {
  const device = person.newDevice();
  await person.connect(device);
  await seconds(person, 6, 20);
  await person.leave(device);
}

/** Puts other people on a screen. */
async function look(person: Person): Promise<void> {
  await person.look(person.random.pick([...person.present]));
}

/** Puts other people on a screen twice before the first answer: the last request counts. */
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

/** The relative frequency of each. */
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
