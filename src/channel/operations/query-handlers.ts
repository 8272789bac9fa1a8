// What a member may ask besides appending. Synchronous by type; each runs after the writes of its turn, so it sees all of them.
import { ChatError } from "../../domain/error";
import type { ChannelCommand } from "../../protocol";
import type { Channel } from "../channel";
import type { Asker } from "./command-source";
import { pageFor } from "./member-history";
import { markRead, markUnread } from "./read-marks";
import { resume } from "./resume";

type Ask = Exclude<ChannelCommand, { nonce: string }>;
type Of<T extends Ask["type"]> = Extract<Ask, { type: T }>;
type Handler<C> = (channel: Channel, asker: Asker, user: string, command: C) => void;

const handlers: { [T in Ask["type"]]: Handler<Of<T>> } = {
  "channel.subscribe": subscribe,
  "history.page": (channel, { answer }, user, { id, query }) =>
    answer({ type: "page", id, page: pageFor(channel, user, query) }),
  "read.unmark": (channel, { answer }, user, { id, seq }) =>
    answer({ type: "ack", id, seq: markUnread(channel, user, seq) }),
  "read.mark": (channel, { answer, attached }, user, { id, seq }) =>
    answer({ type: "ack", id, seq: markRead(channel, user, seq, attached) }),
  "typing.start": ({ company }, _, user, { thread }) => company.typing(user, thread ?? null),
  "view.set": ({ sockets, pushing }, { attached, answer }, user, { id, background }) => {
    if (attached) sockets.keep(attached, { ...attached.attachment, background });
    pushing.turned(user);
    answer({ type: "ack", id, seq: 0 });
  },
};

/** The turn in which the last page is read is the turn in which the socket joins. */
function subscribe(channel: Channel, asker: Asker, user: string, { id, from }: Of<"channel.subscribe">): void {
  const { attached } = asker;
  if (!attached) throw new ChatError("invalid", "channel.subscribe is for sockets: GET .../events polls");
  const { frames, isLevel } = resume(channel, user, id, from);
  if (isLevel) channel.sockets.keep(attached, { ...attached.attachment, joined: true });
  for (const frame of frames) asker.answer(frame);
  if (isLevel) channel.reached(user);
  channel.company.changed(user);
}

/** Finds the handler of a command; the mapped type above makes it the right one. */
export function handleAsk<T extends Ask["type"]>(channel: Channel, asker: Asker, user: string, command: Of<T>): void {
  const handler: Handler<Of<T>> = handlers[command.type as T];
  handler(channel, asker, user, command);
}
