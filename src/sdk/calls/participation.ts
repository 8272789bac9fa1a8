// This device as a participant: it joins, comes back as the same participant after its connection
// was lost, and knows who else is in the call.
import type { CallAnswer, CallMedia, CallPeer, HeardEvent } from "../../protocol";
import type { CallListener, CallSignal, ChannelCalls } from "../channel/channel-calls";
import { isFinal, ParleyError } from "../parley-error";
import { type Clock, Timer } from "../transport/clock";
import type { PeerSignal } from "./peer-pair";
import { type OutgoingSignal, SignalOutbox } from "./signal-outbox";
import type { CallEnd } from "./views";

/** What to join: the call with this seq, or null to start one. `ring` rings in a group. */
export interface CallIntent {
  readonly call: number | null;
  readonly ring: boolean;
}

interface ParticipationListener {
  /** This device is in the call, with another number than before, so that nothing is connected. */
  entered(): void;
  /** The participants changed, or whether signals reach the server. */
  changed(): void;
  signalReceived(from: number, signal: PeerSignal): void;
  /** What this device says of itself at present. */
  media(): CallMedia;
  ended(end: CallEnd, error: ParleyError | null): void;
  warn(warning: string): void;
}

/** How long `call.ended` may take after the signal that the call has ended. */
const ENDED_MS = 1_000;

export class Participation implements CallListener {
  readonly #calls: ChannelCalls;
  readonly #listener: ParticipationListener;
  readonly #outbox: SignalOutbox;
  /** The repeat of a refused command, the end of the wait for others, or for `call.ended`. */
  readonly #timer: Timer;
  #mine: { peer: number; token: string } | null = null;
  #answer: CallAnswer | null = null;
  /** Participants who may still come back after the server was restarted. */
  #awaited: readonly CallPeer[] = [];
  #peers: readonly CallPeer[] = [];
  #hasSignalling = false;
  #isResuming = false;
  #stopWatching: (() => void) | null = null;

  constructor(calls: ChannelCalls, clock: Clock, listener: ParticipationListener) {
    this.#calls = calls;
    this.#listener = listener;
    this.#timer = new Timer(clock);
    this.#outbox = new SignalOutbox(clock, (signal) => void this.#sendSignal(signal));
  }

  /** The number of this device; null before it has joined. */
  get own(): number | null {
    return this.#mine?.peer ?? null;
  }

  get startedAt(): number | null {
    return this.#answer?.startedAt ?? null;
  }

  /** The participants in the order of joining, this device included. */
  get peers(): readonly CallPeer[] {
    return this.#peers;
  }

  /** Whether signals reach the server. */
  get hasSignalling(): boolean {
    return this.#hasSignalling;
  }

  /** Joins the call. Rejects with the server's refusal. */
  async join({ call, ring }: CallIntent): Promise<void> {
    this.#calls.setListener(this);
    const media = this.#listener.media();
    const answer = await this.#calls.send(
      call === null ? { type: "call.start", media, ...(ring && { ring }) } : { type: "call.join", call, media },
    );
    this.#entered(answer);
    this.#stopWatching = this.#calls.view.subscribe(() => this.#rosterChanged());
  }

  leave(): void {
    if (this.#mine !== null) this.#post({ type: "call.leave" });
    this.close();
  }

  /** Stops, without telling the server. */
  close(): void {
    this.#timer.clear();
    this.#outbox.clear();
    this.#stopWatching?.();
    this.#stopWatching = null;
    this.#mine = null;
    this.#calls.setListener(null);
  }

  send(to: number, signal: PeerSignal): void {
    this.#outbox.add(to, signal);
  }

  /** Tells the others what this device sends now. Rejects if that is refused. */
  async report(): Promise<void> {
    if (this.#hasSignalling) await this.#calls.send({ type: "call.state", ...this.#listener.media() });
  }

  ready(): void {
    if (this.#mine !== null && !this.#hasSignalling) void this.#resume();
  }

  lost(): void {
    this.#setSignalling(false);
    this.#listener.changed();
  }

  signalled(signal: CallSignal): void {
    if (this.#mine === null || signal.call !== this.#answer?.call) return;
    if (signal.type === "call.signal") {
      const { from, description, candidates = [], restart } = signal;
      if (description && description.type !== "rollback")
        this.#listener.signalReceived(from, { description: { type: description.type, sdp: description.sdp } });
      for (const candidate of candidates) this.#listener.signalReceived(from, { candidate });
      if (restart) this.#listener.signalReceived(from, { restart });
    } else if (signal.type === "call.left") this.#left(signal.peer, signal.reason);
  }

  gone(): void {
    this.#end("removed");
  }

  ended({ data }: Extract<HeardEvent, { type: "call.ended" }>): void {
    if (data.call === this.#answer?.call) this.#end(data.reason);
  }

  async #resume(): Promise<void> {
    const { call } = this.#answer ?? {};
    const { token } = this.#mine ?? {};
    if (call === undefined || token === undefined || this.#isResuming) return;
    this.#isResuming = true;
    try {
      const media = this.#listener.media();
      const answer = await this.#calls.send({ type: "call.join", call, media, token });
      if (this.#mine !== null) this.#entered(answer);
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      if (this.#mine === null) return;
      if (error.code === "call_over") this.#end("lost");
      else if (isFinal(error)) this.#end("failed", error);
      // A lost connection comes back by itself.
      else if (this.#calls.isReady) this.#timer.set(error.retryAfterMs ?? 1_000, () => void this.#resume());
    } finally {
      this.#isResuming = false;
    }
  }

  #entered(answer: CallAnswer | null): void {
    if (!answer?.mine) throw new ParleyError("internal", { detail: "The server did not name this device." });
    const { peer, token } = answer.mine;
    const isSame = peer === this.#mine?.peer;
    this.#awaited = isSame && answer.completeInMs > 0 ? this.#peers : [];
    this.#answer = answer;
    this.#mine = { peer, token };
    if (!isSame) {
      this.#outbox.clear();
      this.#listener.entered();
    }
    if (answer.completeInMs > 0) this.#timer.set(answer.completeInMs, () => void this.#complete());
    this.#setSignalling(true);
    this.#rosterChanged();
  }

  /** Those who did not come back after the restart of the server have left. */
  async #complete(): Promise<void> {
    try {
      await this.#calls.send({ type: "call.roster" });
    } catch (error) {
      this.#listener.warn(`the participants of a call could not be loaded: ${String(error)}`);
    }
    this.#awaited = [];
    this.#rosterChanged();
  }

  #rosterChanged(): void {
    const view = this.#calls.view.get();
    // Without signalling, what is known of the call may be older than its participants.
    if (!this.#hasSignalling || view?.call !== this.#answer?.call || view === null) return;
    this.#awaited = this.#awaited.filter(({ peer }) => !view.peers.some((one) => one.peer === peer));
    this.#peers = [...view.peers, ...this.#awaited].sort((a, b) => a.peer - b.peer);
    const unreachable = [...view.peers.filter(({ connected }) => !connected), ...this.#awaited];
    this.#outbox.setUnreachable(unreachable.map(({ peer }) => peer));
    this.#listener.changed();
  }

  #left(peer: number, reason: Extract<CallSignal, { type: "call.left" }>["reason"]): void {
    this.#awaited = this.#awaited.filter((one) => one.peer !== peer);
    this.#outbox.drop(peer);
    if (peer !== this.#mine?.peer) return;
    if (reason === "removed") this.#end("removed");
    else if (reason === "left") this.#end("left");
    else if (reason === "ended") this.#timer.set(ENDED_MS, () => this.#end("left"));
    // The server has given up this device, which is here. It comes back as another participant.
    else void this.#resume();
  }

  #setSignalling(hasSignalling: boolean): void {
    this.#hasSignalling = hasSignalling;
    this.#outbox.setOpen(hasSignalling);
  }

  async #sendSignal(signal: OutgoingSignal): Promise<void> {
    try {
      await this.#calls.send({ type: "call.signal", ...signal });
    } catch (error) {
      if (!(error instanceof ParleyError)) throw error;
      const isInCall = this.#peers.some(({ peer }) => peer === signal.to);
      if (error.temporary && this.#mine !== null && isInCall) this.#outbox.restore(signal);
      else if (error.code !== "peer_gone") this.#listener.warn(`a signal of a call was refused: ${String(error)}`);
    }
  }

  #post(request: Parameters<ChannelCalls["send"]>[0]): void {
    this.#calls.send(request).catch((error: unknown) => {
      if (!(error instanceof ParleyError && error.code === "offline"))
        this.#listener.warn(`${request.type} was refused: ${String(error)}`);
    });
  }

  #end(end: CallEnd, error: ParleyError | null = null): void {
    if (this.#mine === null) return;
    this.close();
    this.#listener.ended(end, error);
  }
}
