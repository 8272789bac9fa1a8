// Devices in calls.
import { env } from "cloudflare:workers";
import type { CallTimes } from "../../src/domain/calls";
import type { CallAnswer, CallMedia, FrameOf, InboxRow, ServerFrame, Signal } from "../../src/protocol";
import type { Person } from "./http";
import type { Device } from "./socket";

export const silent: CallMedia = { muted: true, camera: false, screen: false, hand: false };
export const speaking: CallMedia = { ...silent, muted: false };
export const filming: CallMedia = { ...speaking, camera: true };

const variables = env as { CALL_TIMES?: string };

/** Shortens times of calls. Objects that are loaded from now on use them. */
export function setCallTimes(times: Partial<CallTimes>): void {
  variables.CALL_TIMES = JSON.stringify(times);
}

export function resetCallTimes(): void {
  variables.CALL_TIMES = "";
}

/** What a device knows of the call that it is in. */
export interface Joined extends CallAnswer {
  mine: NonNullable<CallAnswer["mine"]>;
}

const joinedOf = ({ call }: FrameOf<"ack">): Joined => {
  if (!call?.mine) throw new Error("the answer has no peer");
  return { ...call, mine: call.mine };
};

export const startCall = async (device: Device, media = silent, ring?: boolean): Promise<Joined> =>
  joinedOf(await device.answer(device.send({ type: "call.start", media, ...(ring !== undefined && { ring }) }), "ack"));

export const joinCall = async (device: Device, call: number, media = silent, token?: string): Promise<Joined> =>
  joinedOf(await device.answer(device.send({ type: "call.join", call, media, ...(token && { token }) }), "ack"));

/** Returns the code with which a command is refused; "accepted" if it is not. */
export async function codeOf(device: Device, command: Parameters<Device["send"]>[0]): Promise<string> {
  const answer = await device.settled(device.send(command));
  return answer.type === "error" ? answer.code : "accepted";
}

/** Returns the call as a device sees it; null if none is on. */
export const rosterOf = async (device: Device): Promise<CallAnswer | null> =>
  (await device.answer(device.send({ type: "call.roster" }), "ack")).call ?? null;

type SignalOf<T extends Signal["type"]> = Extract<Signal, { type: T }>;

/** Returns the signals of a type that a device got. */
export const signalsOf = <T extends Signal["type"]>({ frames }: { frames: readonly ServerFrame[] }, type: T) =>
  frames.flatMap((frame) =>
    frame.type === "signal" && frame.signal.type === type ? [frame.signal as SignalOf<T>] : [],
  );

/** Returns the first signal of a type, once it has come. */
export async function signalOf<T extends Signal["type"]>(device: Device, type: T): Promise<SignalOf<T>> {
  const isOne = (frame: ServerFrame): frame is FrameOf<"signal"> =>
    frame.type === "signal" && frame.signal.type === type;
  return (await device.until(isOne)).signal as SignalOf<T>;
}

/** Returns the inbox row of a person, as the channel computes it now; null for a non-member. */
export async function inboxRowOf(person: Person, channel: string): Promise<InboxRow | null> {
  const answer = await env.CHANNELS.getByName(channel).wake(person.id);
  return answer.ok ? answer.value : null;
}

/** Waits until everything that was sent to the inbox of a device before has come. */
export const flushInbox = (device: Device) =>
  device.answer(device.send({ type: "presence.active", active: true }), "ack");
