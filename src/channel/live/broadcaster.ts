// What goes out to the sockets of a channel, each frame encoded once.
import { redactEvent } from "../../domain/visibility";
import { type Event, type EventsFrame, encodeFrame, type ServerFrame } from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { Log } from "../log/log";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";

export interface BroadcasterHost {
  log: Log;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  pollers: HeldPolls<true>;
  now(): number;
}

export class Broadcaster {
  constructor(private readonly host: BroadcasterHost) {}

  send(connected: ConnectedSocket<ChannelSocketState>, frame: ServerFrame): void {
    this.host.sockets.send(connected, encodeFrame(frame), this.host.now());
  }

  /** To every socket that takes part. */
  broadcast(frame: ServerFrame): void {
    const { sockets, pollers, now } = this.host;
    const encoded = encodeFrame(frame);
    const at = now();
    for (const connected of sockets.all()) {
      if (connected.state.joined) sockets.send(connected, encoded, at);
    }
    pollers.answerAll(true);
  }

  /** A turn's events to everyone who takes part: one encoding, and another for each group of newcomers who may not see all of it. */
  events(events: Event[]): void {
    const { sockets, roster, now } = this.host;
    const at = now();
    const encoded = new Map<number, string>();
    for (const connected of sockets.all()) {
      if (!connected.state.joined) continue;
      const since = roster.get(connected.state.user)?.since ?? 0;
      let frame = encoded.get(since);
      if (frame === undefined) {
        frame = encodeFrame(this.eventsFrame(events.map((event) => redactEvent(event, since))));
        encoded.set(since, frame);
      }
      sockets.send(connected, frame, at);
    }
  }

  /** Events to one socket, as somebody may see them who reads from `since` on; `head` is the end of the log as far as they may know. */
  tell(
    connected: ConnectedSocket<ChannelSocketState>,
    events: readonly Event[],
    since: number,
    head = this.host.log.head,
  ): void {
    if (events.length === 0) return;
    const shown = events.map((event) => redactEvent(event, since));
    this.send(connected, { ...this.eventsFrame(shown), head });
  }

  eventsFrame(events: Event[]): EventsFrame {
    const { log } = this.host;
    return { type: "events", channel: log.header.channel, epoch: log.epoch, head: log.head, events };
  }
}
