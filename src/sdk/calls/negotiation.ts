// Perfect negotiation of one pair. Of two participants the later one offers first and is the
// impolite one: where two offers cross, it ignores the other offer, and the polite one takes its
// own back. All steps run one after the other.
import type { IceCandidate, RtcConnection, SessionDescription } from "./rtc";

export type NegotiationSignal = { description: SessionDescription } | { candidate: IceCandidate };

interface NegotiationListener {
  send(signal: NegotiationSignal): void;
  /** An offer of the other side was accepted, before it is answered. */
  offered(): Promise<void>;
  warn(warning: string): void;
}

export class Negotiation {
  readonly #connection: RtcConnection;
  readonly #isPolite: boolean;
  readonly #listener: NegotiationListener;
  #steps: Promise<void> = Promise.resolve();
  #ignoresOffer = false;
  #isClosed = false;

  constructor(connection: RtcConnection, isPolite: boolean, listener: NegotiationListener) {
    this.#connection = connection;
    this.#isPolite = isPolite;
    this.#listener = listener;
  }

  /** Sends an offer. Repeats the last one if it is not answered yet. */
  offer({ restart }: { restart: boolean }): Promise<void> {
    return this.#run(async () => {
      const { signalingState } = this.#connection;
      if (signalingState === "stable") {
        const offer = await this.#connection.createOffer({ iceRestart: restart });
        await this.#connection.setLocalDescription(offer);
      } else if (signalingState !== "have-local-offer") return;
      this.#sendDescription();
    });
  }

  described(description: SessionDescription): Promise<void> {
    return this.#run(async () => {
      const connection = this.#connection;
      const isOffer = description.type === "offer";
      const isCollision = isOffer && connection.signalingState !== "stable";
      this.#ignoresOffer = isCollision && !this.#isPolite;
      if (this.#ignoresOffer) return;
      // The answer to an offer that was repeated arrives twice.
      if (!isOffer && connection.signalingState !== "have-local-offer") return;
      await connection.setRemoteDescription(description);
      if (!isOffer) return;
      await this.#listener.offered();
      await connection.setLocalDescription(await connection.createAnswer());
      this.#sendDescription();
    });
  }

  /** Sends a candidate of this device, after the description that it belongs to. */
  found(candidate: IceCandidate): Promise<void> {
    return this.#run(async () => this.#listener.send({ candidate }));
  }

  candidate(candidate: IceCandidate): Promise<void> {
    return this.#run(async () => {
      try {
        await this.#connection.addIceCandidate(candidate);
      } catch (error) {
        // The candidates of an offer that was ignored fit no description.
        if (!this.#ignoresOffer) throw error;
      }
    });
  }

  close(): void {
    this.#isClosed = true;
  }

  #sendDescription(): void {
    const local = this.#connection.localDescription;
    if (local === null || (local.type !== "offer" && local.type !== "answer")) return;
    this.#listener.send({ description: { type: local.type, sdp: local.sdp } });
  }

  #run(step: () => Promise<void>): Promise<void> {
    const run = async () => {
      if (this.#isClosed) return;
      try {
        await step();
      } catch (error) {
        // The state machine of the pair restarts what does not get connected.
        if (!this.#isClosed) this.#listener.warn(`a step of a call's negotiation failed: ${String(error)}`);
      }
    };
    this.#steps = this.#steps.then(run);
    return this.#steps;
  }
}
