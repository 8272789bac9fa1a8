// A device that shows a guild: the heads that it got, merged as a client merges them.
import { isNewerHead } from "../../src/domain/channel-heads";
import type { ChannelHead, FrameOf, ServerFrame } from "../../src/protocol";
import type { Person } from "./http";
import { accessToken, type Device, openSocket } from "./socket";

const isHeads = (frame: ServerFrame): frame is FrameOf<"heads"> => frame.type === "heads";

/** Opens the socket of a guild. It has all heads when the promise resolves. */
export async function showGuild(person: Person, guild: string): Promise<Device> {
  const device = await openSocket(`/v1/guilds/${guild}/socket`, await accessToken(person.token));
  await device.until(isHeads);
  return device;
}

/** Returns the newest message of each channel in frames. */
export function newestIn(frames: readonly ServerFrame[]): Record<string, number> {
  const heads = new Map<string, ChannelHead>();
  for (const head of frames.filter(isHeads).flatMap((frame) => frame.heads))
    if (isNewerHead(heads.get(head.channel) ?? null, head)) heads.set(head.channel, head);
  return Object.fromEntries([...heads.values()].map(({ channel, newest }) => [channel, newest]));
}
