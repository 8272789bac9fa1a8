// The call of one channel: who is in it, the commands of this device, and the signals for it. The
// socket of the channel carries them. Media flow elsewhere: see `src/sdk/calls`.
import {
  type CallAnswer,
  type CallCommand,
  type CallPermission,
  type CallView,
  type FrameOf,
  type HeardEvent,
  limits,
  type Signal,
} from "../../protocol";
import { ParleyError } from "../parley-error";
import { Cell } from "../store";
import type { ReconnectingSocket } from "../transport/reconnecting-socket";
import type { CommandSender } from "./command-sender";
import type { PartReport } from "./reports";

type WithoutId<C> = C extends { id: string } ? Omit<C, "id"> : never;
/** A command of a call without the id, which its socket gives it. */
export type CallRequest = WithoutId<CallCommand>;

export type CallSignal = Extract<Signal, { call: number }>;

/** The call in which this device takes part. */
export interface CallListener {
  /** Commands reach the server: the channel has caught up after it was connected. */
  ready(): void;
  /** The connection was lost. */
  lost(): void;
  signalled(signal: CallSignal): void;
  /** This person is no longer in the channel. */
  gone(): void;
  /** The call is over, as the log says. */
  ended(event: Extract<HeardEvent, { type: "call.ended" }>): void;
}

export class ChannelCalls {
  /** The call that is on; null without one, and until the channel is live. */
  readonly view = new Cell<CallView | null>(null);
  /** What this person may do in the calls of the channel. */
  readonly permissions = new Cell<readonly CallPermission[]>([]);
  readonly #socket: ReconnectingSocket;
  readonly #commands: CommandSender;
  readonly #report: (report: PartReport) => void;
  readonly #waiting = new Map<string, PromiseWithResolvers<CallAnswer | null>>();
  #listener: CallListener | null = null;
  #isReady = false;

  constructor(socket: ReconnectingSocket, commands: CommandSender, report: (report: PartReport) => void) {
    this.#socket = socket;
    this.#commands = commands;
    this.#report = report;
  }

  /** Whether this device is in the call, so that the socket must stay. */
  get isInUse(): boolean {
    return this.#listener !== null;
  }

  /** Whether commands reach the server. Calls need a WebSocket. */
  get isReady(): boolean {
    return this.#isReady && this.#socket.isSocket;
  }

  /** Sets what takes part in the call on this device; null when it has left. */
  setListener(listener: CallListener | null): void {
    this.#listener = listener;
    if (listener !== null) this.#report({ type: "requested" });
  }

  /** Sends a command. Resolves with the call that is on; rejects with the server's refusal. */
  send(request: CallRequest): Promise<CallAnswer | null> {
    if (!this.isReady) return Promise.reject(new ParleyError("offline"));
    const id = this.#commands.nextId();
    const answer = Promise.withResolvers<CallAnswer | null>();
    this.#waiting.set(id, answer);
    this.#commands.send({ ...request, id });
    return answer.promise;
  }

  joined({ calls = [], call }: FrameOf<"ready">): void {
    this.#isReady = true;
    this.permissions.set(calls);
    this.view.set(call ?? null);
    this.#listener?.ready();
  }

  permit({ calls = [] }: FrameOf<"permissions">): void {
    this.permissions.set(calls);
  }

  lost(): void {
    const wasReady = this.#isReady;
    this.#isReady = false;
    for (const answer of this.#waiting.values()) answer.reject(new ParleyError("offline"));
    this.#waiting.clear();
    if (wasReady) this.#listener?.lost();
  }

  gone(): void {
    this.view.set(null);
    this.permissions.set([]);
    this.#listener?.gone();
  }

  acked({ id, call }: FrameOf<"ack">): void {
    const answer = this.#waiting.get(id);
    if (!answer) return;
    this.#waiting.delete(id);
    if (call) this.view.set(viewOf(call));
    answer.resolve(call ?? null);
  }

  /** Returns whether the refused command was one of a call. */
  refused(id: string, error: ParleyError): boolean {
    const answer = this.#waiting.get(id);
    this.#waiting.delete(id);
    answer?.reject(error);
    return answer !== undefined;
  }

  signalReceived(signal: Signal): void {
    if (!("call" in signal)) return;
    if (signal.type === "call.joined") {
      const { peer, call } = signal;
      this.#update(call, (view) => {
        const known = view ?? { call, by: peer.user, startedAt: peer.joinedAt, peers: [], capacity: limits.callPeers };
        return { ...known, peers: [...known.peers.filter((one) => one.peer !== peer.peer), peer] };
      });
    } else if (signal.type === "call.left") {
      this.#update(signal.call, (view) =>
        view === null || signal.reason === "ended"
          ? null
          : { ...view, peers: view.peers.filter(({ peer }) => peer !== signal.peer) },
      );
    } else if (signal.type === "call.state") {
      const { peer: number, muted, camera, screen, hand, connected } = signal;
      const change = { muted, camera, screen, hand, connected };
      this.#update(signal.call, (view) => {
        const changedPeer = (peer: CallView["peers"][number]) => (peer.peer === number ? { ...peer, ...change } : peer);
        return view && { ...view, peers: view.peers.map(changedPeer) };
      });
    }
    this.#listener?.signalled(signal);
  }

  applied(events: readonly HeardEvent[]): void {
    for (const event of events) {
      if (event.type === "call.started") {
        const { seq: call, actor: by, at: startedAt } = event;
        this.#update(call, (view) => ({ peers: [], capacity: limits.callPeers, ...view, call, by, startedAt }));
      } else if (event.type === "call.ended") {
        this.#update(event.data.call, () => null);
        this.#listener?.ended(event);
      }
    }
  }

  /** Changes the call that is on. An earlier call changes nothing. */
  #update(call: number, change: (view: CallView | null) => CallView | null): void {
    const view = this.view.get();
    if (view !== null && view.call > call) return;
    const changed = change(view?.call === call ? view : null);
    if (changed === null && view !== null && view.call !== call) return;
    this.view.set(changed && { ...changed, capacity: capacityOf(changed) });
  }
}

/** A call with a camera or a screen has room for fewer participants. */
const capacityOf = ({ peers }: CallView): number =>
  peers.some(({ camera, screen }) => camera || screen) ? limits.callVideoPeers : limits.callPeers;

const viewOf = ({ call, by, startedAt, peers, capacity }: CallAnswer): CallView => ({
  ...{ call, by, startedAt, peers, capacity },
});
