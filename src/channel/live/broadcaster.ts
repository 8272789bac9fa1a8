// Sends frames to the sockets of the channel. A frame is encoded once for all sockets.
import { redactEvent } from "../../domain/history-visibility";
import { tuning } from "../../domain/tuning";
import {
  closeCodes,
  type Event,
  type EventsFrame,
  encodeEventsFrame,
  encodeFrame,
  type ServerFrame,
} from "../../protocol";
import type { HeldPolls } from "../../runtime/held-polls";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { Log } from "../log/log";
import { sizeOfEvent } from "../log/page-size";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import type { PolledUpdate, TurnCommitted, TurnListener } from "../turn-committed";

export interface BroadcasterParts {
  log: Log;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  heldPolls: HeldPolls<PolledUpdate>;
  now(): number;
}

export class Broadcaster implements TurnListener {
  constructor(private readonly parts: BroadcasterParts) {}

  send(connected: ConnectedSocket<ChannelSocketState>, frame: ServerFrame): void {
    this.parts.sockets.send(connected, encodeFrame(frame), this.parts.now());
  }

  /** Sends a frame to every joined socket and ends every held poll. */
  broadcast(frame: ServerFrame): void {
    this.broadcastTo(frame, ({ state }) => state.joined);
  }

  /** Sends a frame to the sockets that `gets` names, and ends every held poll. */
  broadcastTo(frame: ServerFrame, gets: (connected: ConnectedSocket<ChannelSocketState>) => boolean): void {
    const { sockets, heldPolls, now } = this.parts;
    const encoded = encodeFrame(frame);
    const at = now();
    for (const connected of sockets.each()) {
      if (gets(connected)) sockets.send(connected, encoded, at);
    }
    heldPolls.answerAll(true);
  }

  /**
   * Sends the events of a turn to every joined socket. A frame is encoded once, and once more for
   * each `since` of members who may not see the whole log. A client that does not apply a purge
   * comes back and loads the log again. A turn of many reactions to messages
   * with many reactions takes several frames.
   */
  onTurnCommitted({ events }: TurnCommitted): void {
    let start = 0;
    let size = 0;
    let i = 0;
    for (const event of events) {
      const added = sizeOfEvent(event);
      // A frame has at most the size of a resume page, but at least one event.
      if (i > start && size + added > tuning.resumePageBytes) {
        this.#broadcastFrame(events.slice(start, i));
        start = i;
        size = 0;
      }
      size += added;
      i++;
    }
    // The events of nearly every turn fit into one frame and are not copied.
    this.#broadcastFrame(start === 0 ? events : events.slice(start));
  }

  #broadcastFrame(events: readonly Event[]): void {
    const { sockets, roster, now } = this.parts;
    const at = now();
    const hasPurge = events.some(({ type }) => type === "messages.purged");
    let complete: string | undefined;
    /** Bound: the members, for one frame. */
    let redacted: Map<number, string> | undefined;
    for (const connected of sockets.each()) {
      if (!connected.state.joined) continue;
      if (hasPurge && !connected.state.purges) {
        sockets.close(connected, closeCodes.restarted, "messages were purged, so the log has to be loaded again");
        continue;
      }
      const since = roster.get(connected.state.user)?.since ?? 0;
      let frame = since === 0 ? complete : redacted?.get(since);
      if (frame === undefined) {
        frame = encodeFrame(this.eventsFrame(redactEvents(events, since)));
        if (since === 0) complete = frame;
        else {
          redacted ??= new Map();
          redacted.set(since, frame);
        }
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
    this.send(connected, { ...this.eventsFrame(redactEvents(events, since)), head });
  }

  /** Sends events that are encoded already, separated by commas. */
  sendEncoded(connected: ConnectedSocket<ChannelSocketState>, events: string): void {
    const { events: _, ...frame } = this.eventsFrame([]);
    this.parts.sockets.send(connected, encodeEventsFrame(frame, events), this.parts.now());
  }

  /** The frame is only encoded, so it may hold events that must not change. */
  eventsFrame(events: readonly Event[]): EventsFrame {
    const { log } = this.parts;
    const { channel } = log.header;
    return { type: "events", channel, epoch: log.epoch, head: log.head, events: events as Event[] };
  }
}

/** Returns the events for a reader who may see the log from `since` on; 0 for all of it. */
const redactEvents = (events: readonly Event[], since: number): readonly Event[] =>
  since === 0 ? events : events.map((event) => redactEvent(event, since));
