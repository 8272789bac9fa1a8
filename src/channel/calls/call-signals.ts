// Sends the signals of a call: who is in it to all who show the channel, and the rest to peers.
import type { Signal } from "../../protocol";
import type { ConnectedSocket } from "../../runtime/sockets";
import type { Broadcaster } from "../live/broadcaster";
import type { Log } from "../log/log";
import type { ChannelSocketState } from "../members/socket-state";
import { type Peers, shownPeer } from "./peers";

interface CallSignalParts {
  log: Log;
  broadcaster: Broadcaster;
  peers: Peers;
  /** Returns the call that is on, or the last one. */
  call(): number;
}

export class CallSignals {
  constructor(private readonly parts: CallSignalParts) {}

  /** The fields by which each signal names its call. */
  get call() {
    return { channel: this.parts.log.header.channel, call: this.parts.call() };
  }

  to(connected: ConnectedSocket<ChannelSocketState>, signal: Signal): void {
    this.parts.broadcaster.send(connected, { type: "signal", signal });
  }

  /** Sends to all who show the channel and to the peers, except one socket. */
  toAll(signal: Signal, except?: ConnectedSocket<ChannelSocketState>): void {
    this.parts.broadcaster.broadcastTo({ type: "signal", signal }, (connected) => {
      return connected !== except && (connected.state.joined || connected.state.call !== undefined);
    });
  }

  /** Tells the other peers what a peer sends, and whether it is connected. */
  stateOf(number: number): void {
    const { peers } = this.parts;
    const peer = peers.get(number);
    if (!peer) return;
    const { muted, camera, screen, hand, connected } = shownPeer(peer);
    const signal: Signal = { type: "call.state", ...this.call, peer: number, muted, camera, screen, hand, connected };
    for (const other of peers.others(number)) if (other.connected) this.to(other.connected, signal);
  }
}
