// The call of the channel: who is in it, for whom it rings, and when it ends. Media flows between
// the clients. The log has two entries of a call. While it is on, the object may hibernate, and it
// writes nothing but its alarm. A place in the call is a lease: it ends when the socket was lost
// for some time, or sent no heartbeat, and never depends on a message of the client.
import type { CallTimes } from "../../domain/calls";
import { requireRoom } from "../../domain/calls";
import { ChatError } from "../../domain/error";
import type { EndedSessions } from "../../domain/ports";
import { type CallLeftReason, type CallMedia, channelKinds, type RingEnded, type Signal } from "../../protocol";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { ChannelAlarm } from "../alarm";
import type { Broadcaster } from "../live/broadcaster";
import { type CallRecord, readCallRecord } from "../log/call-record";
import type { Log } from "../log/log";
import type { StoredPeer } from "../members/call-membership";
import type { RosterMirror } from "../members/roster-mirror";
import type { ChannelSocketState } from "../members/socket-state";
import { CallSignals } from "./call-signals";
import { leaseEnd, type Peer, Peers, shownPeer } from "./peers";
import type { Rings } from "./rings";

export interface CallsParts {
  log: Log;
  roster: RosterMirror;
  sockets: SocketIndex<ChannelSocketState>;
  broadcaster: Broadcaster;
  rings: Rings;
  alarm: ChannelAlarm;
  times: CallTimes;
  /** Called when the call is to end, in a turn of its own. */
  onOver(): void;
  now(): number;
}

type LeftReason = Exclude<CallLeftReason, "ended">;

export class Calls {
  readonly peers: Peers;
  readonly #signals: CallSignals;
  #record: CallRecord | null;
  /** Why the last peer left; decides the reason of the end. */
  lastLeft: LeftReason = "left";
  /** Whether the call ends although peers are in it. */
  isOver = false;
  /** Until when peers may come back whom this object does not know, because it was killed. */
  #recoverUntil = 0;
  /** Whether this object does not know who has answered or declined, because it was killed. */
  #wasKilled: boolean;

  constructor(private readonly parts: CallsParts) {
    const { log, sockets, times, now } = parts;
    this.peers = new Peers(sockets);
    this.#signals = new CallSignals({ ...parts, peers: this.peers, call: () => this.#record?.call ?? 0 });
    this.#record = readCallRecord(log.header);
    const { on } = this;
    if (on && !this.peers.load(on.call)) this.#recoverUntil = now() + times.graceMs;
    this.#wasKilled = this.#recoverUntil > 0;
  }

  /** The last call; null if there was none. */
  get last(): CallRecord | null {
    return this.#record;
  }

  /** The call that is on; null if none is. */
  get on(): CallRecord | null {
    return this.#record?.ended === null ? this.#record : null;
  }

  /** Returns the call that is on, if it is this one. Throws `call_over`. */
  require(call: number): CallRecord {
    const { on } = this;
    if (on?.call !== call) throw new ChatError("call_over");
    return on;
  }

  /** For how long other peers may still come back after a restart. Milliseconds. */
  get completeInMs(): number {
    return Math.max(0, this.#recoverUntil - this.parts.now());
  }

  /**
   * How long the call rings for a user. Milliseconds; 0 if it does not. After a kill it rings for
   * nobody anew, because the user may have answered.
   */
  ringsForMs(user: string): number {
    const ringEnd = this.ringEnd;
    if (ringEnd === null || this.#wasKilled || !this.#mayRing(user)) return 0;
    return Math.max(0, ringEnd - this.parts.now());
  }

  /** Whether devices of a user may be ringing. */
  #mayRing(user: string): boolean {
    const { on, peers } = this;
    const ringEnd = this.ringEnd;
    if (ringEnd === null || ringEnd <= this.parts.now()) return false;
    return on?.by !== user && !peers.joined.has(user) && !peers.quiet.has(user);
  }

  /** Takes the record of a call that a turn has begun or ended. */
  setRecord(record: CallRecord): void {
    if (record.ended === null) this.peers.begin(record.call);
    this.#record = record;
    this.isOver = false;
    this.lastLeft = "left";
    this.#recoverUntil = 0;
    this.#wasKilled = false;
  }

  /** Begins to ring for the other members, if the call rings. */
  ring(): void {
    const { on } = this;
    if (!on?.rang) return;
    const users = this.ringing();
    this.parts.rings.start(on, users, this.parts.times.ringMs, (user) => {
      if (this.on?.call !== on.call) return;
      this.peers.quiet.add(user);
      this.peers.save();
    });
  }

  /** Adds a peer, or brings it back on another socket. Ends the ringing on its user's devices. */
  admit(stored: StoredPeer, connected: ConnectedSocket<ChannelSocketState>): Peer {
    const { peers } = this;
    const wasRinging = this.#mayRing(stored.user);
    const before = peers.get(stored.peer);
    if (before?.connected && before.connected !== connected) peers.release(before.connected);
    const peer: Peer = { ...stored, lostAt: null, connected };
    peers.put(peer);
    peers.save();
    const joined: Signal = { type: "call.joined", ...this.#signals.call, peer: shownPeer(peer) };
    this.#signals.toAll(joined, connected);
    if (wasRinging) this.#endRing([stored.user], "taken");
    this.#arm();
    return peer;
  }

  /** Changes what a peer sends. Throws `call_full` and `call_video_full`. */
  setMedia(peer: Peer, media: CallMedia): void {
    requireRoom(this.peers.others(peer.peer), media);
    this.peers.setMedia(peer, media);
    this.peers.save();
    this.#signals.stateOf(peer.peer);
  }

  /**
   * Sends a signal of one peer to another. Throws `peer_gone`; `temporary` if its socket is lost.
   */
  pass(from: Peer, to: number, content: object): void {
    const target = this.peers.get(to);
    if (!target || to === from.peer) throw new ChatError("peer_gone");
    if (!target.connected) throw new ChatError("temporary", "the other peer is reconnecting");
    this.#signals.to(target.connected, { type: "call.signal", ...this.#signals.call, from: from.peer, ...content });
  }

  /** Stops to ring for a user who declines. A direct channel has nobody else to answer. */
  decline(user: string): void {
    const isRinging = this.#mayRing(user);
    this.peers.quiet.add(user);
    this.peers.save();
    if (!isRinging) return;
    this.#endRing([user], "declined");
    if (this.#isPair) this.#over();
  }

  /** Removes the peers of a user: they left, were removed, or may no longer call. */
  removeUser(user: string, reason: LeftReason): void {
    if (!this.on) return;
    for (const peer of this.peers.ofUser(user)) this.remove(peer, reason);
    if (this.#mayRing(user)) {
      this.peers.quiet.add(user);
      this.peers.save();
      this.#endRing([user], "cancelled");
    }
  }

  /** Removes the peers of the sessions of a user that have ended. */
  removeEnded({ user, tokensFrom, openSessions }: EndedSessions): void {
    if (!this.on) return;
    for (const peer of this.peers.ofUser(user))
      if (!openSessions.includes(peer.session) && peer.joinedAt <= tokensFrom) this.remove(peer, "removed");
  }

  remove(peer: Peer, reason: LeftReason): void {
    this.#drop(peer, reason);
    if (this.on && !this.isOver) this.#arm();
  }

  #drop(peer: Peer, reason: LeftReason): void {
    const { peers } = this;
    this.#signals.toAll({ type: "call.left", ...this.#signals.call, peer: peer.peer, reason });
    peers.remove(peer);
    peers.save();
    this.lastLeft = reason;
    const isHungUp = this.#isPair && reason !== "lost" && peers.ofUser(peer.user).length === 0;
    if (isHungUp || peers.size === 0) this.#over();
  }

  /** Call this with the state of a socket that has closed. */
  onSocketClosed(state: ChannelSocketState): void {
    const { on, peers, parts } = this;
    const own = state.call?.own;
    if (!on || !own || state.call?.call !== on.call) return;
    const known = peers.get(own.peer);
    // The peer is on another socket by now, or known to be lost.
    if (known && known.connected?.state !== state) return;
    // An unknown peer's socket closed while the object hibernated.
    peers.put({ ...(known ?? own), lostAt: parts.now(), connected: null });
    peers.save();
    this.#signals.stateOf(own.peer);
    this.#arm();
  }

  /** Removes peers whose lease has ended, and ends the ringing and the call when it is time. */
  onAlarm(): void {
    const { on, peers, parts } = this;
    if (!on) return;
    const now = parts.now();
    for (const peer of peers.all()) if (leaseEnd(peer, this.parts) <= now) this.#drop(peer, "lost");
    const ringEnd = this.ringEnd;
    if (ringEnd !== null && ringEnd <= now) this.#timeOut();
    if (peers.size === 0 && this.#recoverUntil <= now) this.#over();
    else this.#arm();
  }

  /** Makes sure that an alarm fires while a call is on, after a restore. */
  onRestored(): void {
    this.#record = readCallRecord(this.parts.log.header);
    if (!this.on) return;
    this.#recoverUntil = this.parts.now() + this.parts.times.graceMs;
    this.#arm();
  }

  /** Ends the call with this record, in the turn that writes it. Returns what tells everyone. */
  end(record: CallRecord): () => void {
    const { peers, parts } = this;
    const ringing = this.ringing();
    const left = peers.all();
    for (const peer of left) peers.remove(peer);
    this.setRecord(record);
    return () => {
      for (const { connected, peer } of left)
        if (connected) this.#signals.to(connected, { type: "call.left", ...this.#signals.call, peer, reason: "ended" });
      parts.rings.end(record, ringing, "cancelled");
    };
  }

  /** Returns for whom the call rings. */
  ringing(): string[] {
    return this.parts.roster.members.map(({ user }) => user).filter((user) => this.#mayRing(user));
  }

  get #isPair(): boolean {
    return channelKinds[this.parts.log.header.kind].roster === "pair";
  }

  #over(): void {
    this.isOver = true;
    this.parts.onOver();
  }

  #endRing(users: readonly string[], reason: RingEnded["reason"]): void {
    if (this.#record) this.parts.rings.end(this.#record, users, reason);
  }

  /**
   * Nobody else may answer by ring any longer. A call of a direct channel without an answer ends.
   */
  #timeOut(): void {
    const { on, peers, parts } = this;
    const users = parts.roster.members
      .map(({ user }) => user)
      .filter((user) => user !== on?.by && !peers.joined.has(user) && !peers.quiet.has(user));
    peers.ringEnded = true;
    peers.save();
    this.#endRing(users, "timed_out");
    // After a kill the others may still come back.
    if (this.#isPair && peers.joined.size < 2 && this.completeInMs === 0) this.#over();
  }

  /** When the call stops to ring; null if it does not ring. Epoch milliseconds. */
  get ringEnd(): number | null {
    const { on, peers } = this;
    return on?.rang && !peers.ringEnded ? on.startedAt + this.parts.times.ringMs : null;
  }

  /** Arms the alarm for the next time at which something may be due. */
  #arm(): void {
    const ends = this.peers.all().map((peer) => leaseEnd(peer, this.parts));
    if (ends.length === 0) ends.push(this.#recoverUntil);
    if (this.ringEnd !== null) ends.push(this.ringEnd);
    this.parts.alarm.arm(Math.max(Math.min(...ends), this.parts.now()));
  }
}
