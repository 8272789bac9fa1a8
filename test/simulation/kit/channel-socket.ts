// A channel's socket, opened and used without the SDK.
import { randomUUID } from "node:crypto";
import type { Person } from "./population.ts";
import { RawSocket } from "./raw-socket.ts";

/** Who opens the socket of which channel. */
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

/** Without `from`, the subscription begins at the head. */
export const subscribeCommand = (from: Cursor | null): string =>
  JSON.stringify({
    id: "subscribe",
    type: "channel.subscribe",
    ...(from && { from }),
    hereInBatches: true,
    purges: true,
  });

export interface ComposedMessage {
  nonce: string;
  frame: string;
}

/** A message. Its nonce stays the same in every retry. */
export function composeMessage(text: string, { epoch, after }: Cursor): ComposedMessage {
  const nonce = randomUUID();
  return { nonce, frame: JSON.stringify({ id: nonce, type: "message.send", nonce, epoch, after, text }) };
}
