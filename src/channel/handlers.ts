// What a channel socket may ask besides appending. Synchronous by type; each runs after the writes of its turn, so it sees all of them.
import { placeCursor } from "../domain/cursor";
import { permissionsOf } from "../domain/permission";
import type { ChannelCommand } from "../protocol";
import type { Attached } from "../runtime/sockets";
import type { Attachment } from "./attachment";
import type { Channel } from "./channel";
import { readEvents } from "./history";
import { markRead, markUnread, shownReads } from "./marking";
import { pageFor } from "./reading";

type Ask = Exclude<ChannelCommand, { nonce: string }>;
type Of<T extends Ask["type"]> = Extract<Ask, { type: T }>;
type Handler<C> = (channel: Channel, attached: Attached<Attachment>, command: C) => void;

const handlers: { [T in Ask["type"]]: Handler<Of<T>> } = {
  "channel.subscribe": subscribe,
  "history.page": (channel, attached, { id, query }) =>
    channel.send(attached, { type: "page", id, page: pageFor(channel, attached.attachment.user, query) }),
  "read.unmark": (channel, attached, { id, seq }) =>
    channel.send(attached, { type: "ack", id, seq: markUnread(channel, attached.attachment.user, seq) }),
  "read.mark": (channel, attached, { id, seq }) =>
    channel.send(attached, { type: "ack", id, seq: markRead(channel, attached.attachment.user, seq, attached) }),
};

/** Sends what was missed, one page a request; the turn in which the last page is read is the turn in which the socket joins. */
function subscribe(channel: Channel, attached: Attached<Attachment>, { id, from }: Of<"channel.subscribe">): void {
  const { epoch, head } = channel.log;
  const { role, since } = channel.roster.member(attached.attachment.user);
  const place = placeCursor(channel.log, since, from);
  if (place.kind === "reset") {
    channel.send(attached, { type: "reset", id, reason: place.reason, epoch, head });
    return;
  }
  if (place.kind === "behind") {
    const events = readEvents(channel.sql, place.after);
    const last = events.at(-1)?.seq ?? head;
    channel.tell(attached, events, since);
    if (last < head) {
      channel.send(attached, { type: "more", id, epoch, after: last, head });
      return;
    }
  }
  const { sockets, deliveries, log } = channel;
  sockets.keep(attached, { ...attached.attachment, joined: true });
  const permissions = [...permissionsOf(log.header.kind, role)];
  const reads = shownReads(channel);
  const delivered = deliveries.shown();
  channel.send(attached, { type: "ready", id, epoch, head, role, permissions, reads, delivered });
  deliveries.reached(attached.attachment.user, head);
  deliveries.announce();
}

/** Finds the handler of a command; the mapped type above makes it the right one. */
export function handleAsk<T extends Ask["type"]>(
  channel: Channel,
  attached: Attached<Attachment>,
  command: Of<T>,
): void {
  const handler: Handler<Of<T>> = handlers[command.type as T];
  handler(channel, attached, command);
}
