import { describe, expect, test } from "vitest";
import type { CallParticipant, ChannelNotice } from "../../src/sdk";
import { callLine } from "../../src/web/calls/call-line";
import { largeTile, tilesOf } from "../../src/web/calls/tile-order";
import { FakeTrack } from "../sdk/support/fake-rtc";

type Ended = Extract<ChannelNotice, { type: "call.ended" }>;

const ended = (data: Partial<Ended["data"]>, actor = "u_bob"): Ended => ({
  ...{ seq: 9, at: 1, actor, type: "call.ended" },
  data: { call: 7, startedAt: 1, durationMs: 65_000, joined: ["u_bob"], rang: true, reason: "left", ...data },
});
const line = (notice: Ended) => callLine(notice, "u_alice", (user) => user.slice(2), "en");

describe("the line of a call in the log", () => {
  test.each<[string, Ended, string, boolean]>([
    ["a call that I took", ended({ joined: ["u_bob", "u_alice"] }), "Call, 1 min 5 s", false],
    ["a call that I missed", ended({ reason: "unanswered" }), "Missed call from bob", true],
    ["a call in a group that others took", ended({ joined: ["u_bob", "u_carol"] }), "Missed call from bob", true],
    ["a call that I declined", ended({ reason: "declined" }), "The call was declined", true],
    ["a call that did not ring", ended({ rang: false, joined: ["u_bob", "u_carol"] }), "Call, 1 min 5 s", false],
    [
      "my call without an answer",
      ended({ reason: "unanswered", joined: ["u_alice"] }, "u_alice"),
      "Your call was not answered",
      true,
    ],
    [
      "my call that was declined",
      ended({ reason: "declined", joined: ["u_alice"] }, "u_alice"),
      "The call was declined",
      true,
    ],
    [
      "my call that I cancelled",
      ended({ reason: "cancelled", joined: ["u_alice"] }, "u_alice"),
      "The call was cancelled",
      true,
    ],
  ])("%s", (_, notice, text, callsBack) => {
    expect(line(notice)).toEqual({ text, callsBack });
  });
});

describe("the large tile", () => {
  const participant = (peer: number, fields: Partial<CallParticipant> = {}): CallParticipant => ({
    ...{ peer, user: `u_${peer}`, isMe: peer === 1, phase: "connected", bars: 3, muted: false, camera: false },
    ...{ screen: false, hand: false, isSpeaking: false },
    tracks: { voice: null, camera: null, screen: null, screenSound: null },
    ...fields,
  });
  const screen = { tracks: { voice: null, camera: null, screen: new FakeTrack("video"), screenSound: null } };

  test.each<[string, CallParticipant[], number | null, string]>([
    ["is the speaker", [participant(1), participant(2), participant(3)], 3, "3"],
    ["is another person before anybody spoke", [participant(1), participant(2)], null, "2"],
    ["is this person alone", [participant(1)], null, "1"],
    ["is the screen of another person", [participant(1), participant(2, screen), participant(3)], 3, "2 screen"],
    ["is not the own screen", [participant(1, screen), participant(2), participant(3)], 3, "3"],
  ])("%s", (_, participants, speaker, key) => {
    expect(largeTile(tilesOf(participants), speaker)?.key).toBe(key);
  });
});
