// The state machine of one pair of participants, as a pure table. The connection reports what it
// sees, the machine says what to do and when its one timer runs out.

export type PairPhase = "connecting" | "connected" | "reconnecting" | "failed";

export interface PairState {
  readonly phase: PairPhase;
  /** How often ICE was restarted since the pair was last connected. */
  readonly restarts: number;
  /** A restart waits until signals can be sent. */
  readonly isRestartDue: boolean;
}

export type PairEvent =
  /** The connection states of WebRTC. */
  | "connected"
  | "disconnected"
  | "failed"
  /** The timer of the pair has run out. */
  | "timer"
  /** This person asks for another try. */
  | "retry"
  /** The other side has restarted ICE. */
  | "restarted"
  /** The network of this device changed, for example from Wi-Fi to mobile. */
  | "network-changed"
  /** Signals can be sent again. */
  | "signalling-restored";

export interface PairStep {
  readonly state: PairState;
  /** Whether to restart ICE now. */
  readonly restart: boolean;
  /** In how many milliseconds the timer runs out. Null: no timer. `keep`: it stays as it is. */
  readonly timerMs: number | null | "keep";
}

/** After so many restarts the pair has failed. */
export const MAX_RESTARTS = 3;
/** How long a first connection or a restart may take. */
export const CONNECT_MS = 12_000;
/** A short loss of the network heals without a restart. */
export const DISCONNECTED_MS = 3_000;

export const newPair: PairState = { phase: "connecting", restarts: 0, isRestartDue: false };

const stay = (state: PairState): PairStep => ({ state, restart: false, timerMs: "keep" });

/** `canSignal`: whether signals reach the server at present. A restart needs signals. */
export function pairStep(state: PairState, event: PairEvent, canSignal: boolean): PairStep {
  const { phase } = state;
  switch (event) {
    case "connected":
      return { state: { phase: "connected", restarts: 0, isRestartDue: false }, restart: false, timerMs: null };
    case "disconnected":
      if (phase !== "connected") return stay(state);
      return { state: { ...state, phase: "reconnecting" }, restart: false, timerMs: DISCONNECTED_MS };
    case "failed":
      return phase === "failed" ? stay(state) : restartOrFail(state, canSignal);
    case "timer":
      return phase === "connecting" || phase === "reconnecting" ? restartOrFail(state, canSignal) : stay(state);
    case "retry":
      return phase === "failed" ? restartOrFail({ ...state, restarts: 0 }, canSignal) : stay(state);
    case "restarted":
      if (phase === "connected") return stay(state);
      return { state: { ...state, phase: again(phase), isRestartDue: false }, restart: false, timerMs: CONNECT_MS };
    case "network-changed":
      if (phase === "reconnecting" && !state.isRestartDue) return restartOrFail(state, canSignal);
      return stay(state);
    case "signalling-restored":
      if (phase === "connected" || phase === "failed") return stay(state);
      // What was tried meanwhile could not succeed, so one more restart is always left.
      return restartOrFail({ ...state, restarts: Math.min(state.restarts, MAX_RESTARTS - 1) }, true);
  }
}

const again = (phase: PairPhase): PairPhase => (phase === "connecting" ? "connecting" : "reconnecting");

function restartOrFail(state: PairState, canSignal: boolean): PairStep {
  const phase = again(state.phase);
  // Without signals a restart cannot succeed, so it does not count.
  if (!canSignal) return { state: { ...state, phase, isRestartDue: true }, restart: false, timerMs: null };
  if (state.restarts >= MAX_RESTARTS)
    return { state: { ...state, phase: "failed", isRestartDue: false }, restart: false, timerMs: null };
  const next: PairState = { phase, restarts: state.restarts + 1, isRestartDue: false };
  return { state: next, restart: true, timerMs: CONNECT_MS };
}
