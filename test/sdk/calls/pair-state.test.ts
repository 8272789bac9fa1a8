import { describe, expect, test } from "vitest";
import {
  CONNECT_MS,
  DISCONNECTED_MS,
  newPair,
  type PairEvent,
  type PairPhase,
  type PairState,
  pairStep,
} from "../../../src/sdk/calls/pair-state";

const at = (phase: PairPhase, restarts = 0, isRestartDue = false): PairState => ({ phase, restarts, isRestartDue });

/** From, event, whether signals can be sent; then to, whether ICE restarts, and the timer. */
type Row = [PairState, PairEvent, boolean, PairState, boolean, number | null | "keep"];

const rows: Row[] = [
  [newPair, "connected", true, at("connected"), false, null],
  [newPair, "disconnected", true, at("connecting"), false, "keep"],
  [newPair, "failed", true, at("connecting", 1), true, CONNECT_MS],
  [newPair, "timer", true, at("connecting", 1), true, CONNECT_MS],
  [newPair, "retry", true, at("connecting"), false, "keep"],
  [newPair, "restarted", true, at("connecting"), false, CONNECT_MS],
  [newPair, "network-changed", true, at("connecting"), false, "keep"],
  [newPair, "timer", false, at("connecting", 0, true), false, null],
  [newPair, "signalling-restored", true, at("connecting", 1), true, CONNECT_MS],
  [at("connecting", 3), "timer", true, at("failed", 3), false, null],
  [at("connecting", 0, true), "signalling-restored", true, at("connecting", 1), true, CONNECT_MS],

  [at("connected"), "connected", true, at("connected"), false, null],
  [at("connected"), "disconnected", true, at("reconnecting"), false, DISCONNECTED_MS],
  [at("connected"), "disconnected", false, at("reconnecting"), false, DISCONNECTED_MS],
  [at("connected"), "failed", true, at("reconnecting", 1), true, CONNECT_MS],
  [at("connected"), "failed", false, at("reconnecting", 0, true), false, null],
  [at("connected"), "timer", true, at("connected"), false, "keep"],
  [at("connected"), "retry", true, at("connected"), false, "keep"],
  [at("connected"), "restarted", true, at("connected"), false, "keep"],
  [at("connected"), "network-changed", true, at("connected"), false, "keep"],
  [at("connected"), "signalling-restored", true, at("connected"), false, "keep"],

  [at("reconnecting"), "connected", true, at("connected"), false, null],
  [at("reconnecting"), "disconnected", true, at("reconnecting"), false, "keep"],
  [at("reconnecting", 1), "retry", true, at("reconnecting", 1), false, "keep"],
  [at("reconnecting"), "timer", true, at("reconnecting", 1), true, CONNECT_MS],
  [at("reconnecting"), "network-changed", true, at("reconnecting", 1), true, CONNECT_MS],
  [at("reconnecting", 1), "failed", true, at("reconnecting", 2), true, CONNECT_MS],
  [at("reconnecting", 2), "timer", true, at("reconnecting", 3), true, CONNECT_MS],
  [at("reconnecting", 3), "timer", true, at("failed", 3), false, null],
  [at("reconnecting", 3), "failed", true, at("failed", 3), false, null],
  [at("reconnecting", 3), "timer", false, at("reconnecting", 3, true), false, null],
  [at("reconnecting", 3, true), "signalling-restored", true, at("reconnecting", 3), true, CONNECT_MS],
  [at("reconnecting", 1, true), "network-changed", true, at("reconnecting", 1, true), false, "keep"],
  [at("reconnecting", 1), "restarted", true, at("reconnecting", 1), false, CONNECT_MS],

  [at("failed", 3), "connected", true, at("connected"), false, null],
  [at("failed", 3), "disconnected", true, at("failed", 3), false, "keep"],
  [at("failed", 3), "failed", true, at("failed", 3), false, "keep"],
  [at("failed", 3), "timer", true, at("failed", 3), false, "keep"],
  [at("failed", 3), "retry", true, at("reconnecting", 1), true, CONNECT_MS],
  [at("failed", 3), "retry", false, at("reconnecting", 0, true), false, null],
  [at("failed", 3), "restarted", true, at("reconnecting", 3), false, CONNECT_MS],
  [at("failed", 3), "signalling-restored", true, at("failed", 3), false, "keep"],
];

describe("the state machine of a pair", () => {
  test.each(rows)("%j on %s with signals %s", (from, event, canSignal, state, restart, timerMs) => {
    expect(pairStep(from, event, canSignal)).toEqual({ state, restart, timerMs });
  });

  test("the table has every phase with every event", () => {
    const cells = new Set(rows.map(([{ phase }, event]) => `${phase} ${event}`));
    const events: PairEvent[] = ["connected", "disconnected", "failed", "timer", "retry", "restarted"];
    for (const phase of ["connecting", "connected", "reconnecting", "failed"])
      for (const event of events) expect(cells).toContain(`${phase} ${event}`);
  });

  test("whatever happens, a pair that is not connected has a timer, waits for signals, or has failed", () => {
    const events = ["disconnected", "failed", "timer", "retry", "restarted", "network-changed"] as const;
    const reached = new Map<string, { state: PairState; hasTimer: boolean }>();
    const visit = (state: PairState, hasTimer: boolean) => {
      const key = JSON.stringify({ state, hasTimer });
      if (reached.has(key)) return;
      reached.set(key, { state, hasTimer });
      for (const event of [...events, "connected", "signalling-restored"] as const)
        for (const canSignal of [true, false]) {
          if (event === "timer" && !hasTimer) continue;
          const step = pairStep(state, event, canSignal);
          visit(step.state, step.timerMs === "keep" ? hasTimer && event !== "timer" : step.timerMs !== null);
        }
    };
    visit(newPair, true);
    const stuck = [...reached.values()].filter(
      ({ state, hasTimer }) =>
        (state.phase === "connecting" || state.phase === "reconnecting") && !hasTimer && !state.isRestartDue,
    );
    expect(reached.size).toBeGreaterThan(10);
    expect(stuck).toEqual([]);
  });
});
