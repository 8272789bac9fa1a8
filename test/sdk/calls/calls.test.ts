// Calls of a client against a fake server, over fake connections.
import { beforeEach, describe, expect, test } from "vitest";
import { closeCodes } from "../../../src/protocol";
import { settle } from "../support/manual-clock";
import { CallSetting, CHANNEL, othersIn, viewOf } from "./call-setting";

let setting: CallSetting;
let server: CallSetting["server"];
let runtime: CallSetting["runtime"];
let client: CallSetting["client"];

beforeEach(async () => {
  setting = new CallSetting();
  ({ server, runtime, client } = setting);
  await client.connect();
});

const call = () => setting.call();
const sent = (type: string) => setting.sent(type);
const join = (options = {}) => setting.join(options);

describe("joining", () => {
  test("a preview opens the devices and tells nobody, and leaving it closes them", async () => {
    const active = await client.calls.prepare(CHANNEL, { video: true });
    expect(viewOf(active).phase).toBe("preview");
    expect(runtime.devices.opened.map(({ kind }) => kind).sort()).toEqual(["audio", "video"]);
    expect(server.requests).not.toContain("POST /v1/calls/ice");
    expect(call().commands).toEqual([]);
    client.calls.leave();
    expect(client.calls.current.get()).toBeNull();
    expect(runtime.devices.opened.map(({ readyState }) => readyState)).toEqual(["ended", "ended"]);
  });

  test("this device offers to those who came before, and answers those who come later", async () => {
    call().enter("u_bob");
    const active = await join();
    expect(viewOf(active)).toMatchObject({ phase: "joined", hasRelay: false, isRelayOnly: false });
    expect(viewOf(active).participants.map(({ user, isMe }) => [user, isMe])).toEqual([
      ["u_alice", true],
      ["u_bob", false],
    ]);
    expect(runtime.connections.map(({ offers }) => offers)).toEqual([1]);
    call().enter("u_carol");
    await settle();
    expect(runtime.connections.map(({ offers }) => offers)).toEqual([1, 0]);
    expect(runtime.connections[0]?.configuration.iceServers).toEqual(setting.ice.iceServers);
  });

  test("descriptions are sent at once, and candidates together", async () => {
    call().enter("u_bob");
    await join();
    expect(sent("call.signal").map((command) => Object.keys(command))).toEqual([
      expect.arrayContaining(["description"]),
    ]);
    const [connection] = runtime.connections;
    for (const sdp of ["1", "2"])
      connection?.onicecandidate?.({
        candidate: { candidate: sdp, sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
      });
    await server.clock.advance(100);
    const [, candidates] = sent("call.signal");
    expect(candidates).toMatchObject({ to: 1, candidates: [{}, { candidate: "1" }, { candidate: "2" }] });
    expect(sent("call.signal")).toHaveLength(2);
  });

  test.each(["call_full", "call_video_full", "forbidden", "rate_limited"] as const)(
    "a refusal with %s ends the call, closes the devices and states its reason",
    async (code) => {
      call().refuse = ({ type }) => (type === "call.start" ? code : null);
      const active = await join();
      expect(viewOf(active)).toMatchObject({ phase: "ended", end: "failed", error: { code } });
      expect(runtime.devices.opened.map(({ readyState }) => readyState)).toEqual(["ended"]);
    },
  );

  test("a camera is refused before it opens when more than four people are in the call", async () => {
    for (let i = 0; i < 4; i++) call().enter("u_bob");
    const active = await join();
    await expect(active.setCamera(true)).rejects.toMatchObject({ code: "call_video_full" });
    await expect(active.shareScreen()).rejects.toMatchObject({ code: "call_video_full" });
    expect(runtime.devices.opened).toHaveLength(1);
  });

  test("a camera that the server refuses is switched off again", async () => {
    const active = await join();
    call().refuse = ({ type }) => (type === "call.state" ? "call_video_full" : null);
    await active.setCamera(true);
    await settle();
    expect(active.media.view.get().camera).toBe(false);
    expect(viewOf(active).error).toMatchObject({ code: "call_video_full" });
  });

  test("hiding the address needs a relay", async () => {
    client.calls.policy = "relay";
    const refused = await join();
    expect(viewOf(refused)).toMatchObject({ phase: "ended", end: "failed", error: { code: "invalid" } });
    setting.ice = { ...setting.ice, relay: true };
    call().enter("u_bob");
    const active = await join();
    expect(viewOf(active)).toMatchObject({ phase: "joined", isRelayOnly: true, hasRelay: true });
    expect(runtime.connections[0]?.configuration.iceTransportPolicy).toBe("relay");
  });

  test("credentials are refreshed before they expire", async () => {
    setting.ice = { ...setting.ice, expiresAt: server.clock.now() + 600_000 };
    call().enter("u_bob");
    await join();
    setting.ice = { ...setting.ice, iceServers: [{ urls: ["turn:turn.example"], username: "u", credential: "c" }] };
    await server.clock.advance(541_000);
    expect(runtime.connections[0]?.configuration.iceServers).toEqual(setting.ice.iceServers);
  });
});

describe("in a call", () => {
  test("mute, camera and hand reach the others and negotiate nothing", async () => {
    call().enter("u_bob");
    const active = await join();
    const signals = sent("call.signal").length;
    active.setMuted(true);
    await active.setCamera(true);
    active.setHand(true);
    await settle();
    expect(sent("call.state").at(-1)).toMatchObject({ muted: true, camera: true, screen: false, hand: true });
    expect(runtime.devices.opened[0]?.enabled).toBe(false);
    expect(sent("call.signal")).toHaveLength(signals);
    expect(runtime.connections[0]?.offers).toBe(1);
  });

  test("what others do shows, and who leaves is gone", async () => {
    const bob = call().enter("u_bob", { muted: true });
    const active = await join();
    expect(othersIn(active)).toMatchObject([
      { user: "u_bob", muted: true, phase: "connecting", tracks: { camera: null } },
    ]);
    runtime.connections[0]?.turn("connected");
    call().setState(bob, { muted: false, camera: true, screen: false, hand: true });
    await settle();
    expect(othersIn(active)).toMatchObject([{ muted: false, camera: true, hand: true, phase: "connected" }]);
    expect(othersIn(active)[0]?.tracks.camera?.kind).toBe("video");
    call().leave(bob, "left");
    await settle();
    expect(othersIn(active)).toEqual([]);
    expect(runtime.connections[0]?.connectionState).toBe("closed");
  });

  test("leaving tells the server, stops the devices and forgets the call", async () => {
    const active = await join();
    client.calls.leave();
    await settle();
    expect(sent("call.leave")).toHaveLength(1);
    expect(viewOf(active)).toMatchObject({ phase: "ended", end: "left" });
    expect(client.calls.current.get()).toBeNull();
    expect(runtime.devices.opened.every(({ readyState }) => readyState === "ended")).toBe(true);
  });

  test("the end of the call in the log ends it here, with its reason", async () => {
    const active = await join();
    server.broadcast(CHANNEL, [
      {
        ...{ seq: 1, at: server.clock.now(), actor: "u_bob", nonce: "0193a5f0-0000-7000-8000-000000000001" },
        type: "call.ended",
        data: { call: 7, startedAt: 1, durationMs: 5, joined: ["u_alice"], rang: true, reason: "unanswered" },
      },
    ]);
    await settle();
    expect(viewOf(active)).toMatchObject({ phase: "ended", end: "unanswered" });
  });

  test("a removed member is out", async () => {
    const active = await join();
    call().leave(1, "removed");
    await settle();
    expect(viewOf(active)).toMatchObject({ phase: "ended", end: "removed" });
  });

  test("so is who is no longer in the channel", async () => {
    const active = await join();
    server.socket(CHANNEL).cut(closeCodes.removed);
    await settle();
    expect(viewOf(active)).toMatchObject({ phase: "ended", end: "removed" });
    expect(client.channel(CHANNEL).view.get().phase).toBe("gone");
  });

  test("an unplugged microphone is replaced, and its loss shows where there is no other", async () => {
    const active = await join();
    const [first] = runtime.devices.opened;
    first?.unplug();
    await settle();
    expect(active.media.view.get().tracks.voice).toBe(runtime.devices.opened[1]);
    const before = runtime.devices.list;
    runtime.devices.list = [];
    runtime.devices.opened[1]?.unplug();
    await settle();
    expect(active.media.view.get()).toMatchObject({ microphoneProblem: "unplugged", tracks: { voice: null } });
    expect(sent("call.state").at(-1)).toMatchObject({ muted: true });
    runtime.devices.change(before);
    await settle();
    expect(active.media.view.get().microphoneProblem).toBeNull();
    expect(sent("call.state").at(-1)).toMatchObject({ muted: false });
  });

  test("a forbidden microphone does not keep anybody from listening", async () => {
    runtime.devices.refusal = "NotAllowedError";
    const active = await join();
    expect(viewOf(active).phase).toBe("joined");
    expect(active.media.view.get().microphoneProblem).toBe("blocked");
    expect(sent("call.start")).toMatchObject([{ media: { muted: true } }]);
  });
});
