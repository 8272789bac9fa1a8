// What goes out to the sockets of a channel, each frame encoded once.
import { veilEvent } from "../../domain/visibility";
import { type Event, type EventsFrame, encodeFrame, type ServerFrame } from "../../protocol";
import type { WaitingRoom } from "../../runtime/held-polls";
import type { Attached, SocketIndex } from "../../runtime/sockets";
import type { ChannelLog } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { Attachment } from "../members/socket-state";

export interface RelayHost {
  log: ChannelLog;
  roster: RosterMirror;
  sockets: SocketIndex<Attachment>;
  pollers: WaitingRoom<true>;
  now(): number;
}

export class Relay {
  constructor(private readonly host: RelayHost) {}

  send(attached: Attached<Attachment>, frame: ServerFrame): void {
    this.host.sockets.send(attached, encodeFrame(frame), this.host.now());
  }

  /** To every socket that takes part. */
  broadcast(frame: ServerFrame): void {
    const { sockets, pollers, now } = this.host;
    const encoded = encodeFrame(frame);
    const at = now();
    for (const attached of sockets.all()) {
      if (attached.attachment.joined) sockets.send(attached, encoded, at);
    }
    pollers.call(true);
  }

  /** A turn's events to everyone who takes part: one encoding, and another for each group of newcomers who may not see all of it. */
  events(events: Event[]): void {
    const { sockets, roster, now } = this.host;
    const at = now();
    const encoded = new Map<number, string>();
    for (const attached of sockets.all()) {
      if (!attached.attachment.joined) continue;
      const since = roster.get(attached.attachment.user)?.since ?? 0;
      let frame = encoded.get(since);
      if (frame === undefined) {
        frame = encodeFrame(this.eventsFrame(events.map((event) => veilEvent(event, since))));
        encoded.set(since, frame);
      }
      sockets.send(attached, frame, at);
    }
  }

  /** Events to one socket, as somebody may see them who reads from `since` on; `head` is the end of the log as far as they may know. */
  tell(attached: Attached<Attachment>, events: readonly Event[], since: number, head = this.host.log.head): void {
    if (events.length === 0) return;
    const shown = events.map((event) => veilEvent(event, since));
    this.send(attached, { ...this.eventsFrame(shown), head });
  }

  eventsFrame(events: Event[]): EventsFrame {
    const { log } = this.host;
    return { type: "events", channel: log.header.channel, epoch: log.epoch, head: log.head, events };
  }
}
