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
import type { TurnCommitted, TurnListener } from "../turn-committed";

export interface BroadcasterParts {
  log: Log;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  heldPolls: HeldPolls<true>;
  now(): number;
}

export class Broadcaster implements TurnListener {
  constructor(private readonly parts: BroadcasterParts) {}

  send(connected: ConnectedSocket<ChannelSocketState>, frame: ServerFrame): void {
    this.parts.sockets.send(connected, encodeFrame(frame), this.parts.now());
  }

  /** Sends a frame to every joined socket and ends every held poll. */
  broadcast(frame: ServerFrame): void {
    const { sockets, heldPolls, now } = this.parts;
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
  onTurnCommitted({ events }: TurnCommitted): void {
    for (const part of framesOf(events)) this.#broadcastFrame(part);
  }

  #broadcastFrame(events: readonly Event[]): void {
    const { sockets, roster, now } = this.parts;
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
    head = this.parts.log.head,
  ): void {
    if (events.length === 0) return;
    const redacted = events.map((event) => redactEvent(event, since));
    this.send(connected, { ...this.eventsFrame(redacted), head });
  }

  eventsFrame(events: Event[]): EventsFrame {
    const { log } = this.parts;
    return { type: "events", channel: log.header.channel, epoch: log.epoch, head: log.head, events };
  }
}

/** Splits events into frames of at most the size of a resume page, but at least one event each. */
function framesOf(events: readonly Event[]): Event[][] {
  const frames: Event[][] = [];
  let size = 0;
  for (const event of events) {
    const added = sizeOfEvent(event);
    const last = frames.at(-1);
    if (last && size + added <= tuning.resumePageBytes) {
      last.push(event);
      size += added;
    } else {
      frames.push([event]);
      size = added;
    }
  }
  return frames;
}
