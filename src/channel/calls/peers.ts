// The peers of the call that is on, and what all of their sockets carry of it. Nothing here is
// stored: the sockets bring it back when the object wakes from hibernation.
import type { CallTimes } from "../../domain/calls";
import { type CallMedia, type CallPeer, limits } from "../../protocol";
import type { ConnectedSocket, SocketIndex } from "../../runtime/sockets";
import type { StoredPeer } from "../members/call-membership";
import type { ChannelSocketState } from "../members/socket-state";

type PeerSocket = ConnectedSocket<ChannelSocketState>;

/** A device in the call. `connected` is null while its socket is lost. */
export interface Peer extends StoredPeer {
  connected: PeerSocket | null;
}

export class Peers {
  /** Bound: `callPeers`. */
  readonly #peers = new Map<number, Peer>();
  /** Who was in the call. Bound: `callJoinedUsers`. */
  readonly joined = new Set<string>();
  /** For whom it does not ring. Bound: the members of a group. */
  readonly quiet = new Set<string>();
  ringEnded = false;
  last = 0;
  #call = 0;

  constructor(private readonly sockets: SocketIndex<ChannelSocketState>) {}

  /** Takes over what the open sockets carry of a call. Returns whether one of them is in it. */
  load(call: number): boolean {
    this.begin(call);
    for (const connected of this.sockets.all()) {
      const membership = connected.state.call;
      if (membership?.call !== call) continue;
      const { own, last, joined, quiet, ringEnded, away } = membership;
      this.#peers.set(own.peer, { ...own, connected });
      this.last = Math.max(this.last, last);
      for (const user of joined) this.joined.add(user);
      for (const user of quiet) this.quiet.add(user);
      this.ringEnded ||= ringEnded;
      for (const lost of away)
        if (!this.#peers.has(lost.peer)) this.#peers.set(lost.peer, { ...lost, connected: null });
    }
    return this.#peers.size > 0;
  }

  /** Forgets everything, for a new call. */
  begin(call: number): void {
    this.#call = call;
    this.#peers.clear();
    this.joined.clear();
    this.quiet.clear();
    this.ringEnded = false;
    this.last = 0;
  }

  get size(): number {
    return this.#peers.size;
  }

  /** Returns the peers in the order in which they joined. */
  all(): Peer[] {
    return [...this.#peers.values()].sort((one, other) => one.peer - other.peer);
  }

  get(peer: number): Peer | null {
    return this.#peers.get(peer) ?? null;
  }

  ofSocket(connected: PeerSocket): Peer | null {
    const peer = connected.state.call && this.#peers.get(connected.state.call.own.peer);
    return peer?.connected === connected ? peer : null;
  }

  ofUser(user: string): Peer[] {
    return this.all().filter((peer) => peer.user === user);
  }

  /** What each peer but one sends. */
  others(peer: number): Peer[] {
    return this.all().filter((other) => other.peer !== peer);
  }

  put(peer: Peer): void {
    this.#peers.set(peer.peer, peer);
    this.last = Math.max(this.last, peer.peer);
    if (this.joined.size < limits.callJoinedUsers) this.joined.add(peer.user);
  }

  setMedia(peer: Peer, { muted, camera, screen, hand }: CallMedia): void {
    this.#peers.set(peer.peer, { ...peer, muted, camera, screen, hand });
  }

  /** Removes a peer. Its socket is in no call from now on. */
  remove(peer: Peer): void {
    this.#peers.delete(peer.peer);
    if (peer.connected) this.release(peer.connected);
  }

  /** Clears what a socket carries of a call. */
  release(connected: PeerSocket): void {
    const { call: _, ...state } = connected.state;
    // A closed socket takes no state.
    if (this.sockets.get(connected.socket)) this.sockets.setState(connected, state);
  }

  /** Writes what the sockets of the call carry. Call this after every change. */
  save(): void {
    const { joined, quiet, ringEnded, last } = this;
    const away = this.all().flatMap(({ connected, ...lost }) => (connected ? [] : [lost]));
    const shared = { call: this.#call, last, joined: [...joined], quiet: [...quiet], ringEnded, away };
    for (const { connected, ...own } of this.#peers.values())
      if (connected) this.sockets.setState(connected, { ...connected.state, call: { ...shared, own } });
  }
}

/** Returns a peer as clients see it. */
export const shownPeer = ({ peer, user, joinedAt, muted, camera, screen, hand, connected }: Peer): CallPeer => ({
  ...{ peer, user, joinedAt, muted, camera, screen, hand },
  connected: connected !== null,
});

/** Returns when a peer is lost, unless its socket comes back or sends a heartbeat. */
export const leaseEnd = (
  { connected, lostAt }: Peer,
  { sockets, times }: { sockets: SocketIndex<ChannelSocketState>; times: CallTimes },
): number => (connected ? sockets.lastSeenAt(connected) + times.leaseMs : (lostAt ?? 0) + times.graceMs);
