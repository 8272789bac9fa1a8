// Two participants with their state machines, over fake connections.
import { expect, test } from "vitest";
import { CONNECT_MS, DISCONNECTED_MS } from "../../../src/sdk/calls/pair-state";
import { type LocalTracks, mediaSlots, PeerPair, type PeerSignal } from "../../../src/sdk/calls/peer-pair";
import type { RtcConfiguration } from "../../../src/sdk/calls/rtc";
import { FakeConnection, FakeTrack } from "../support/fake-rtc";
import { ManualClock, settle } from "../support/manual-clock";

const nothing: LocalTracks = { voice: null, camera: null, screen: null, screenSound: null };
const configuration: RtcConfiguration = { iceServers: [], iceTransportPolicy: "all", bundlePolicy: "max-bundle" };

/** One end of a pair. Its signals reach the other end, unless the wire is cut. */
class End {
  readonly connection = new FakeConnection(configuration);
  readonly sent: PeerSignal[] = [];
  readonly warnings: string[] = [];
  readonly pair: PeerPair;
  other: End | null = null;
  isCut = false;

  constructor(clock: ManualClock, offers: boolean, tracks: LocalTracks) {
    this.pair = new PeerPair(this.connection, offers, tracks, clock, {
      send: (signal) => {
        this.sent.push(signal);
        if (!this.isCut) this.other?.pair.signalReceived(signal);
      },
      changed: () => {},
      warn: (warning) => this.warnings.push(warning),
    });
  }
}

const voice = () => ({ ...nothing, voice: new FakeTrack("audio") });

function pairOf(clock: ManualClock) {
  const earlier = new End(clock, false, voice());
  const later = new End(clock, true, voice());
  earlier.other = later;
  later.other = earlier;
  return { earlier, later };
}

async function connected(clock: ManualClock) {
  const both = pairOf(clock);
  both.earlier.pair.start();
  both.later.pair.start();
  await settle();
  for (const { connection } of [both.earlier, both.later]) connection.turn("connected");
  return both;
}

test("the later one offers four transceivers, and both send their voice", async () => {
  const { earlier, later } = await connected(new ManualClock());
  expect(later.connection.offers).toBe(1);
  expect(earlier.connection.offers).toBe(0);
  for (const { connection, warnings, pair } of [earlier, later]) {
    expect(warnings).toEqual([]);
    expect(pair.phase).toBe("connected");
    expect(connection.signalingState).toBe("stable");
    expect(connection.transceivers.map(({ direction }) => direction)).toEqual(Array(4).fill("sendrecv"));
    const kinds = connection.transceivers.map(({ receiver }) => receiver.track.kind);
    expect(kinds).toEqual(["audio", "video", "video", "audio"]);
    expect(connection.transceivers.map(({ track }) => track?.kind ?? null)).toEqual(["audio", null, null, null]);
    expect(connection.candidates).toHaveLength(1);
  }
});

test("camera, screen and their end replace tracks and negotiate nothing", async () => {
  const { earlier, later } = await connected(new ManualClock());
  const before = [earlier.sent.length, later.sent.length];
  const camera = new FakeTrack("video");
  earlier.pair.update({ ...nothing, camera, screen: new FakeTrack("video") }, 3);
  await settle();
  const kinds = earlier.connection.transceivers.map(({ track }) => track?.kind ?? null);
  expect(kinds).toEqual([null, "video", "video", null]);
  expect(earlier.connection.transceivers[1]?.encodings[0]?.maxBitrate).toBe(800_000);
  earlier.pair.update(nothing, 3);
  await settle();
  expect(earlier.connection.transceivers.every(({ track }) => track === null)).toBe(true);
  expect([earlier.sent.length, later.sent.length]).toEqual(before);
});

test("where two offers cross, the one of the later participant wins", async () => {
  const { earlier, later } = await connected(new ManualClock());
  for (const end of [earlier, later]) end.isCut = true;
  // An implementation of another kind may offer too.
  const offer = await earlier.connection.createOffer({ iceRestart: false });
  await earlier.connection.setLocalDescription(offer);
  later.connection.turn("failed");
  await settle();
  const [crossing] = later.sent.slice(-2);
  later.pair.signalReceived({ description: { type: "offer", sdp: offer.sdp } });
  later.pair.signalReceived({
    candidate: { candidate: `candidate of ${offer.sdp}`, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
  });
  for (const end of [earlier, later]) end.isCut = false;
  const sent = later.sent.filter((signal) => "description" in signal).at(-1);
  expect(crossing).toBeDefined();
  if (sent) earlier.pair.signalReceived(sent);
  await settle();
  for (const { connection, warnings } of [earlier, later]) {
    expect(connection.signalingState).toBe("stable");
    expect(warnings).toEqual([]);
  }
  expect(earlier.connection.remoteDescription?.sdp).toBe(later.connection.localDescription?.sdp);
});

test("a short loss needs no restart", async () => {
  const clock = new ManualClock();
  const { later } = await connected(clock);
  later.connection.turn("disconnected");
  expect(later.pair.phase).toBe("reconnecting");
  await clock.advance(DISCONNECTED_MS - 1);
  later.connection.turn("connected");
  await clock.advance(CONNECT_MS);
  expect(later.pair.phase).toBe("connected");
  expect(later.connection.iceRestarts).toBe(0);
});

test("a longer loss restarts ICE, three times at most, and a retry begins again", async () => {
  const clock = new ManualClock();
  const { later } = await connected(clock);
  later.connection.turn("disconnected");
  await clock.advance(DISCONNECTED_MS);
  expect(later.connection.iceRestarts).toBe(1);
  await clock.advance(CONNECT_MS);
  expect(later.connection.iceRestarts).toBe(2);
  later.connection.turn("failed");
  await settle();
  expect(later.connection.iceRestarts).toBe(3);
  expect(later.pair.phase).toBe("reconnecting");
  await clock.advance(CONNECT_MS);
  expect(later.pair.phase).toBe("failed");
  await clock.advance(10 * CONNECT_MS);
  expect(later.connection.iceRestarts).toBe(3);
  later.pair.retry();
  await settle();
  expect(later.connection.iceRestarts).toBe(4);
  later.connection.turn("connected");
  expect(later.pair.phase).toBe("connected");
});

test("the earlier participant asks the later one to restart, and both at once restart only once", async () => {
  const clock = new ManualClock();
  const { earlier, later } = await connected(clock);
  earlier.connection.turn("failed");
  later.connection.turn("failed");
  await settle();
  expect(earlier.sent.filter((signal) => "restart" in signal)).toHaveLength(1);
  expect(later.connection.iceRestarts).toBe(1);
  expect(earlier.connection.signalingState).toBe("stable");
  await clock.advance(CONNECT_MS - 1);
  earlier.connection.turn("failed");
  await settle();
  expect(later.connection.iceRestarts).toBe(2);
});

test("while no signals can be sent, restarts wait and do not count", async () => {
  const clock = new ManualClock();
  const { later } = await connected(clock);
  later.pair.setCanSignal(false);
  later.connection.turn("failed");
  await clock.advance(20 * CONNECT_MS);
  expect(later.pair.phase).toBe("reconnecting");
  expect(later.connection.iceRestarts).toBe(0);
  later.pair.setCanSignal(true);
  await settle();
  expect(later.connection.iceRestarts).toBe(1);
});

test("an offer that was lost on the way is sent again", async () => {
  const clock = new ManualClock();
  const { earlier, later } = pairOf(clock);
  later.isCut = true;
  earlier.pair.start();
  later.pair.start();
  await settle();
  later.isCut = false;
  expect(earlier.connection.remoteDescription).toBeNull();
  await clock.advance(CONNECT_MS);
  expect(earlier.connection.remoteDescription?.sdp).toBe(later.connection.localDescription?.sdp);
  expect([earlier.connection.signalingState, later.connection.signalingState]).toEqual(["stable", "stable"]);
  expect(later.connection.offers).toBe(1);
});

test("on a bad network the camera degrades first and the voice last", async () => {
  const { later } = await connected(new ManualClock());
  later.pair.update({ ...nothing, voice: new FakeTrack("audio"), camera: new FakeTrack("video") }, 1);
  await settle();
  const rates = () => mediaSlots.map((_, at) => later.connection.transceivers[at]?.encodings[0]);
  const [voiceRate] = rates();
  later.connection.stats = [{ id: "1", type: "remote-inbound-rtp", kind: "audio", fractionLost: 0.2 }];
  for (let i = 0; i < 4; i++) await later.pair.measure();
  expect(rates()[0]).toEqual(voiceRate);
  expect(rates()[1]?.active).toBe(false);
  expect(later.pair.bars).toBe(1);
  for (let i = 0; i < 4; i++) await later.pair.measure();
  expect(rates()[0]?.active).toBe(true);
  expect(rates()[0]?.maxBitrate).toBeLessThan(voiceRate?.maxBitrate ?? 0);
  later.connection.stats = [];
  for (let i = 0; i < 40; i++) await later.pair.measure();
  expect(rates()[1]?.active).toBe(true);
  expect(later.pair.bars).toBe(3);
});
