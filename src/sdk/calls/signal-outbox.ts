// The signals of this device to other participants, in order. Candidates are found one by one, so
// they are collected for a moment and sent together. While signals do not reach the server, they
// wait. Those to a participant who has lost their connection wait too.
import { limits } from "../../protocol";
import { type Clock, Timer } from "../transport/clock";
import type { PeerSignal } from "./peer-pair";
import type { IceCandidate, SessionDescription } from "./rtc";

/** How long a candidate waits for others. */
const COLLECT_MS = 40;
/** How long a signal waits that the other participant could not get. */
const RETRY_MS = 1_000;
/** The most participants' signals that wait. A newer description replaces what waits before it. */
const MAX_WAITING = 64;

export interface OutgoingSignal {
  to: number;
  description?: SessionDescription;
  candidates?: IceCandidate[];
  restart?: true;
}

export class SignalOutbox {
  readonly #timer: Timer;
  readonly #send: (signal: OutgoingSignal) => void;
  #waiting: OutgoingSignal[] = [];
  #isOpen = false;
  /** Participants whose signalling is lost. */
  #unreachable: readonly number[] = [];

  constructor(clock: Clock, send: (signal: OutgoingSignal) => void) {
    this.#timer = new Timer(clock);
    this.#send = send;
  }

  add(to: number, signal: PeerSignal): void {
    if ("candidate" in signal) this.#addCandidate(to, signal.candidate);
    else {
      // What waits for the same participant is older, or part of the description.
      if ("description" in signal && (!this.#isOpen || this.#unreachable.includes(to))) this.drop(to);
      this.#waiting.push({ to, ...signal });
      if (this.#isOpen) this.#flush();
    }
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
    if (this.#isOpen && this.#waiting.length > 0 && !this.#timer.isSet)
      this.#timer.set(COLLECT_MS, () => this.#flush());
  }

  /** Sets whether signals reach the server. Sends what waits. */
  setOpen(isOpen: boolean): void {
    this.#isOpen = isOpen;
    if (isOpen) this.#flush();
    else this.#timer.clear();
  }

  /** Sets which participants get no signals at present. Sends what waits for those who are back. */
  setUnreachable(unreachable: readonly number[]): void {
    const isBack = this.#unreachable.some((peer) => !unreachable.includes(peer));
    this.#unreachable = unreachable;
    if (isBack) this.#flush();
  }

  /** Takes back a signal that did not reach its participant, and tries again after a moment. */
  restore(signal: OutgoingSignal): void {
    this.#waiting.unshift(signal);
    this.#timer.set(RETRY_MS, () => this.#flush());
  }

  /** Drops what waits for a participant. */
  drop(to: number): void {
    this.#waiting = this.#waiting.filter((signal) => signal.to !== to);
  }

  clear(): void {
    this.#timer.clear();
    this.#waiting = [];
  }

  #addCandidate(to: number, candidate: IceCandidate): void {
    const last = this.#waiting.findLast((signal) => signal.to === to);
    if (last?.candidates && last.candidates.length < limits.callCandidates) last.candidates.push(candidate);
    else this.#waiting.push({ to, candidates: [candidate] });
  }

  #flush(): void {
    this.#timer.clear();
    if (!this.#isOpen) return;
    const isSendable = ({ to }: OutgoingSignal) => !this.#unreachable.includes(to);
    const signals = this.#waiting.filter(isSendable);
    this.#waiting = this.#waiting.filter((signal) => !isSendable(signal));
    for (const signal of signals) this.#send(signal);
  }
}
