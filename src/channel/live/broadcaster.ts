// Sends frames to the sockets of the channel. A frame is encoded once for all sockets.
import { redactEvent } from "../../domain/history-visibility";
import { tuning } from "../../domain/tuning";
import { type Event, type EventsFrame, encodeFrame, type ServerFrame } from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { Log } from "../log/log";
import { sizeOfEvent } from "../log/page-size";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";

export interface BroadcasterHost {
  log: Log;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  heldPolls: HeldPolls<true>;
  now(): number;
}

export class Broadcaster {
  constructor(private readonly host: BroadcasterHost) {}

  send(connected: ConnectedSocket<ChannelSocketState>, frame: ServerFrame): void {
    this.host.sockets.send(connected, encodeFrame(frame), this.host.now());
  }

  /** Sends a frame to every joined socket and ends every held poll. */
  broadcast(frame: ServerFrame): void {
    const { sockets, heldPolls, now } = this.host;
    const encoded = encodeFrame(frame);
    const at = now();
    for (const connected of sockets.all()) {
      if (connected.state.joined) sockets.send(connected, encoded, at);
    }
    heldPolls.answerAll(true);
  }

  /**
   * Sends the events of a turn to every joined socket. A frame is encoded once, and once more for
   * each `since` of members who may not see the whole log. A turn of many reactions to messages
   * with many reactions takes several frames.
   */
  broadcastEvents(events: Event[]): void {
    for (const part of framesOf(events)) this.#broadcastFrame(part);
  }

  #broadcastFrame(events: Event[]): void {
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

  /**
   * Sends events to one socket, redacted for a reader who may see the log from `since` on. `head`
   * is the newest seq that this reader may know.
   */
  sendEvents(
    connected: ConnectedSocket<ChannelSocketState>,
    events: readonly Event[],
    since: number,
    head = this.host.log.head,
  ): void {
    if (events.length === 0) return;
    const redacted = events.map((event) => redactEvent(event, since));
    this.send(connected, { ...this.eventsFrame(redacted), head });
  }

  eventsFrame(events: Event[]): EventsFrame {
    const { log } = this.host;
    return { type: "events", channel: log.header.channel, epoch: log.epoch, head: log.head, events };
  }
}

/** Splits events into frames of at most the size of a resume page, but at least one event each. */
function framesOf(events: Event[]): Event[][] {
  const frames: Event[][] = [];
  let size = 0;
  for (const event of events) {
    size += sizeOfEvent(event);
    const last = frames.at(-1);
    if (last && size <= tuning.resumePageBytes) last.push(event);
    else {
      frames.push([event]);
      size = sizeOfEvent(event);
    }
  }
  return frames;
}
