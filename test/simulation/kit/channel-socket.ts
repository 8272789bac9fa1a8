// A channel's socket as the masses use it: the address, the proof and the few commands.
import { randomUUID } from "node:crypto";
import type { Person } from "./population.ts";
import { RawSocket } from "./raw-socket.ts";

/** Where somebody listens. */
export interface Subscriber {
  port: number;
  channel: string;
  person: Person;
}

export interface Cursor {
  epoch: string;
  after: number;
}

type OnText = (start: string, bytes: number) => void;

export const openChannelSocket = (
  { port, channel, person }: Subscriber,
  keep: number,
  onText: OnText,
): Promise<RawSocket> =>
  RawSocket.open({
    port,
    path: `/v1/channels/${channel}/socket`,
    protocols: ["parley.v1", `token.${person.token}`],
    keep,
    onText,
  });

/** Asks for what follows `from`; without it, for what happens from here on. */
export const subscribeCommand = (from: Cursor | null): string =>
  JSON.stringify({ id: "subscribe", type: "channel.subscribe", ...(from && { from }) });

export interface ComposedMessage {
  nonce: string;
  frame: string;
}

/** A message with the name it keeps through every retry. */
export function composeMessage(text: string, { epoch, after }: Cursor): ComposedMessage {
  const nonce = randomUUID();
  return { nonce, frame: JSON.stringify({ id: nonce, type: "message.send", nonce, epoch, after, text }) };
}
