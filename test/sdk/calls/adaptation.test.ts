// What a device sends over how many connections and networks of which quality, and who is speaking.
import { describe, expect, test } from "vitest";
import { heard, silence } from "../../../src/sdk/calls/active-speaker";
import {
  adapted,
  barsOf,
  encodingOf,
  fullSending,
  neededBps,
  type SendReading,
  WORST_LEVEL,
} from "../../../src/sdk/calls/bandwidth";
import { readStats } from "../../../src/sdk/calls/stats-reader";

const good: SendReading = { loss: 0, availableBps: 10_000_000, roundTripMs: 20 };
const every = Array.from({ length: WORST_LEVEL + 1 }, (_, level) => level);
const peersOfCalls = [1, 2, 3, 4, 5, 6, 7];

describe("the bandwidth of a mesh", () => {
  test("is shared by the connections: the sum never rises above that of three", () => {
    const sum = (peers: number) => peers * neededBps(["camera"], peers, 0);
    for (const peers of peersOfCalls) expect(sum(peers)).toBeLessThanOrEqual(sum(3) + 1);
    expect(encodingOf("camera", 3, 0).maxBitrate).toBeLessThan(encodingOf("camera", 1, 0).maxBitrate ?? 0);
  });

  test("each level needs less than the one before it", () => {
    const needs = every.map((level) => neededBps(["voice", "camera", "screen"], 1, level));
    expect(needs).toEqual([...needs].sort((a, b) => b - a));
    expect(new Set(needs).size).toBe(needs.length);
  });

  test("a voice is always sent, and at its full rate as long as a camera is", () => {
    for (const peers of peersOfCalls)
      for (const level of every) {
        expect(encodingOf("voice", peers, level).active).toBe(true);
        if (encodingOf("camera", peers, level).active)
          expect(encodingOf("voice", peers, level).maxBitrate).toBe(encodingOf("voice", peers, 0).maxBitrate);
        if (!encodingOf("screen", peers, level).active) expect(encodingOf("camera", peers, level).active).toBe(false);
      }
  });

  test("it falls at once when packets are lost or the network is too slow", () => {
    expect(adapted(fullSending, { ...good, loss: 0.2 }, 0)).toEqual({ level: 1, good: 0 });
    expect(adapted(fullSending, { ...good, availableBps: 100_000 }, 1_000_000)).toEqual({ level: 1, good: 0 });
    expect(adapted(fullSending, { ...good, availableBps: null }, 1_000_000)).toEqual(fullSending);
  });

  test("it rises one level after five good intervals, and a middling one begins them again", () => {
    let sending = { level: 2, good: 0 };
    for (let i = 0; i < 4; i++) sending = adapted(sending, good, 0);
    expect(sending.level).toBe(2);
    sending = adapted(sending, { ...good, loss: 0.05 }, 0);
    for (let i = 0; i < 4; i++) sending = adapted(sending, good, 0);
    expect(sending.level).toBe(2);
    expect(adapted(sending, good, 0)).toEqual({ level: 1, good: 0 });
  });

  test.each([
    [0, 50, 3],
    [0.05, 50, 2],
    [0, 400, 2],
    [0.2, 50, 1],
    [0, 900, 1],
    [0, null, 3],
  ] as const)("a loss of %s and %s ms are %s bars", (loss, ms, bars) => {
    expect(barsOf(loss, ms)).toBe(bars);
  });
});

describe("the active speaker", () => {
  /** Hears the same levels for a time. */
  const during = (from: typeof silence, levels: Record<string, number>, start: number, ms: number) => {
    let state = from;
    for (let at = start; at <= start + ms; at += 100) state = heard(state, levels, at);
    return state;
  };

  test("is nobody in silence, and the first who speaks at once", () => {
    expect(heard(silence, { 2: 0.001, 3: 0 }, 0).speaker).toBeNull();
    expect(heard(silence, { 2: 0.001, 3: 0.2 }, 0).speaker).toBe("3");
  });

  test("stays through a cough of another person, and changes for a sentence", () => {
    const speaking = heard(silence, { 2: 0.2, 3: 0 }, 0);
    expect(during(speaking, { 2: 0.2, 3: 0.5 }, 100, 400).speaker).toBe("2");
    expect(during(speaking, { 2: 0.2, 3: 0.5 }, 100, 800).speaker).toBe("3");
  });

  test("stays in silence, and goes with the person", () => {
    const speaking = heard(silence, { 2: 0.2, 3: 0 }, 0);
    expect(during(speaking, { 2: 0, 3: 0 }, 100, 3_000).speaker).toBe("2");
    expect(heard(speaking, { 3: 0 }, 100).speaker).toBeNull();
  });
});

describe("the statistics of a connection", () => {
  const report = [
    { id: "T", type: "transport", selectedCandidatePairId: "P" },
    {
      id: "P",
      type: "candidate-pair",
      currentRoundTripTime: 0.12,
      availableOutgoingBitrate: 900_000,
      localCandidateId: "L",
    },
    { id: "L", type: "local-candidate", candidateType: "relay" },
    {
      id: "I",
      type: "inbound-rtp",
      kind: "audio",
      packetsReceived: 100,
      packetsLost: 0,
      bytesReceived: 10,
      audioLevel: 0.3,
    },
    { id: "R", type: "remote-inbound-rtp", kind: "video", fractionLost: 0.25 },
    { id: "M", type: "media-source", kind: "audio", audioLevel: 0.4 },
  ];

  test("say how much was lost both ways, and whether a relay carries it", () => {
    const first = readStats(report, null);
    expect(first).toMatchObject({ loss: 0.25, lossIn: 0, availableBps: 900_000, roundTripMs: 120, isRelayed: true });
    expect(first).toMatchObject({ level: 0.3, ownLevel: 0.4 });
    const later = report.map((one) => (one.id === "I" ? { ...one, packetsReceived: 190, packetsLost: 10 } : one));
    expect(readStats(later, first).lossIn).toBeCloseTo(0.1);
  });

  test("of a connection without media are zero", () => {
    expect(readStats([], null)).toMatchObject({ loss: 0, lossIn: 0, availableBps: null, isRelayed: null, level: 0 });
  });
});
