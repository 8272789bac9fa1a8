import type { FrameOf, HeardFrame, Signal } from "../../protocol";
import type { CommandAuthor } from "../outbox/command-author";
import { errorOf } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { ChannelCalls } from "./channel-calls";
import type { LiveState } from "./live-state";
import type { PageRequests } from "./page-requests";
import type { PendingCommands } from "./pending-commands";
import type { ReadMark } from "./read-mark";
import type { PartReport } from "./reports";
import type { ChannelSubscription } from "./subscription";
import type { Typing } from "./typing";

/** The parts of a channel that take frames. */
interface FrameTakers {
  readonly subscription: ChannelSubscription;
  readonly pages: PageRequests;
  readonly pending: PendingCommands;
  readonly readMark: ReadMark;
  readonly liveState: LiveState;
  readonly typing: Typing;
  readonly calls: ChannelCalls;
}

/** Passes each frame of a channel's socket to the part that it concerns. */
export class FrameRouter {
  readonly #environment: Environment;
  readonly #author: CommandAuthor;
  readonly #parts: FrameTakers;
  readonly #report: (report: PartReport) => void;

  constructor(
    environment: Environment,
    author: CommandAuthor,
    parts: FrameTakers,
    report: (report: PartReport) => void,
  ) {
    this.#environment = environment;
    this.#author = author;
    this.#parts = parts;
    this.#report = report;
  }

  received(frame: HeardFrame): void {
    const { subscription, pages, pending, readMark, liveState, calls } = this.#parts;
    if (frame.type === "events") {
      const isSlowed = liveState.sent(frame, this.#author.userId);
      subscription.events(frame);
      if (isSlowed) this.#report({ type: "changed" });
    } else if (frame.type === "ready") subscription.ready(frame);
    else if (frame.type === "more") subscription.more(frame);
    else if (frame.type === "reset") subscription.reset(frame);
    else if (frame.type === "page") pages.answered(frame.id, frame.page);
    else if (frame.type === "ack") {
      readMark.acked(frame.id);
      pending.acked(frame.id, frame.seq);
      calls.acked(frame);
    } else if (frame.type === "permissions") {
      liveState.permit(frame);
      calls.permit(frame);
      this.#report({ type: "changed" });
    } else if (frame.type === "error") this.#refused(frame);
    else if (frame.type === "signal") this.#signalReceived(frame.signal);
  }

  #signalReceived(signal: Signal): void {
    const { typing, liveState, calls } = this.#parts;
    if ("call" in signal) {
      calls.signalReceived(signal);
      return;
    }
    if (signal.type === "typing.started") {
      if (signal.user !== this.#author.userId) typing.started(signal.user, signal.thread);
      return;
    }
    if (signal.type === "here.changed" && !signal.here) typing.stopped(signal.user);
    if (signal.type === "here.batch") for (const user of signal.gone) typing.stopped(user);
    if (liveState.apply(signal)) this.#report({ type: "changed" });
  }

  #refused(frame: FrameOf<"error">): void {
    const { subscription, pages, pending, readMark, calls } = this.#parts;
    const { id } = frame;
    const error = errorOf(frame);
    const retryAfterMs = error.temporary ? (error.retryAfterMs ?? 1_000) : null;
    if (id === undefined) {
      this.#environment.warn(`the server refused a command: ${error.code}`);
      return;
    }
    if (calls.refused(id, error)) return;
    if (pending.refused(id, error) || pages.refused(id, error) || readMark.refused(id, retryAfterMs)) return;
    if (subscription.refused(id, retryAfterMs) && !error.temporary) this.#report({ type: "refused", error });
  }
}
