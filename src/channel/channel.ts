// The parts of a channel that has a log, put together once per waking.
import type { UserPort } from "../domain/ports";
import { type Event, encodeFrame, type Rates, type ServerFrame } from "../protocol";
import { Buckets } from "../runtime/buckets";
import type { Attached, SocketIndex } from "../runtime/sockets";
import { Alarm } from "./alarm";
import type { Attachment } from "./attachment";
import { FanOut } from "./fan-out";
import { IdempotencyKeys } from "./idempotency-keys";
import { ChannelLog, type LogHeader } from "./log";
import { RosterMirror } from "./roster-mirror";
import { Standing } from "./standing";
import { Summaries } from "./summary";
import { Turn } from "./turn";

export interface Surroundings {
  storage: DurableObjectStorage;
  sockets: SocketIndex<Attachment>;
  rates: Rates;
  userObject(user: string): UserPort;
  now(): number;
  /** Drops the object's memory; the next event starts from what is stored. */
  abort(reason: string): void;
}

export class Channel {
  readonly log: ChannelLog;
  readonly roster: RosterMirror;
  readonly standing: Standing;
  readonly summaries: Summaries;
  readonly keys: IdempotencyKeys;
  readonly sends: Buckets;
  readonly asks: Buckets;
  readonly alarm: Alarm;
  readonly fanOut: FanOut;
  readonly turn: Turn;
  readonly sockets: SocketIndex<Attachment>;
  readonly sql: SqlStorage;
  readonly now: () => number;

  constructor(header: LogHeader, around: Surroundings) {
    const { storage, sockets, rates, now } = around;
    this.sql = storage.sql;
    this.now = now;
    this.sockets = sockets;
    this.log = new ChannelLog(storage, header);
    this.roster = new RosterMirror(storage.sql, header.revision);
    this.standing = new Standing(storage.sql);
    this.summaries = new Summaries(storage.sql, this.log, this.standing);
    this.keys = new IdempotencyKeys(storage.sql);
    this.sends = new Buckets(rates.send);
    this.asks = new Buckets(rates.ask);
    this.alarm = new Alarm(storage);
    // What open sockets have marked is in their attachments, and may not be in the row yet.
    for (const { attachment } of sockets.all()) this.standing.raise(attachment.user, attachment.read, this.log.head);
    this.fanOut = new FanOut(
      {
        members: () => this.roster.members,
        rowOf: (user) => this.summaries.rowOf(user),
        isHere: (user) => sockets.ofUser(user).length > 0,
        userObject: around.userObject,
        now,
        arm: (at) => this.alarm.arm(at),
      },
      this.standing,
    );
    this.turn = new Turn({
      transact: (work) => this.log.transact(work),
      broadcast: (events) => this.broadcast(this.eventsFrame(events)),
      flushed: (events) => {
        if (events.length > 0) this.fanOut.moved();
      },
      broken: () => around.abort("storage refused a turn"),
    });
  }

  eventsFrame(events: Event[]): ServerFrame {
    return { type: "events", channel: this.log.header.channel, epoch: this.log.epoch, head: this.log.head, events };
  }

  /** Encodes a frame once and sends it to every socket that takes part. */
  broadcast(frame: ServerFrame): void {
    const encoded = encodeFrame(frame);
    const now = this.now();
    for (const attached of this.sockets.all()) {
      if (attached.attachment.joined) this.sockets.send(attached, encoded, now);
    }
  }

  send(attached: Attached<Attachment>, frame: ServerFrame): void {
    this.sockets.send(attached, encodeFrame(frame), this.now());
  }
}
