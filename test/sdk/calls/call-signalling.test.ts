// Calls that ring, and calls whose signals do not reach the server for a while.
import { beforeEach, describe, expect, test } from "vitest";
import { json } from "../support/fake-http";
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

describe("without signalling", () => {
  async function cut() {
    server.refusesUpgrades = true;
    server.socket(CHANNEL).cut();
    await settle();
  }

  async function reconnect() {
    server.refusesUpgrades = false;
    await server.clock.advance(3_000);
    await settle();
  }

  test("the media go on, and the device comes back as the same participant", async () => {
    call().enter("u_bob");
    const active = await join();
    const [connection] = runtime.connections;
    connection?.turn("connected");
    await server.clock.advance(100);
    await cut();
    expect(viewOf(active)).toMatchObject({ phase: "joined", hasSignalling: false });
    expect(othersIn(active)).toMatchObject([{ phase: "connected" }]);
    active.setMuted(true);
    connection?.onicecandidate?.({
      candidate: { candidate: "late", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
    });
    await settle();
    const before = sent("call.signal").length;
    await reconnect();
    expect(sent("call.join")).toMatchObject([{ call: 7, token: "token-2", media: { muted: true } }]);
    expect(viewOf(active).hasSignalling).toBe(true);
    expect(runtime.connections).toEqual([connection]);
    expect(connection?.connectionState).toBe("connected");
    expect(sent("call.signal").slice(before)).toMatchObject([{ candidates: [{ candidate: "late" }] }]);
    expect(viewOf(active).participants).toHaveLength(2);
  });

  test("after a restart of the server, others may still come back", async () => {
    const bob = call().enter("u_bob");
    const active = await join();
    runtime.connections[0]?.turn("connected");
    await cut();
    call().forget();
    call().completeInMs = 30_000;
    await reconnect();
    expect(othersIn(active)).toMatchObject([{ peer: bob, phase: "connected" }]);
    expect(runtime.connections[0]?.connectionState).toBe("connected");
    await server.clock.advance(31_000);
    expect(sent("call.roster")).toHaveLength(1);
    expect(othersIn(active)).toEqual([]);
    expect(runtime.connections[0]?.connectionState).toBe("closed");
  });

  test("a device that was given up comes back as another participant, with new connections", async () => {
    call().enter("u_bob");
    const active = await join();
    await cut();
    call().leave(2, "lost");
    await reconnect();
    expect(viewOf(active)).toMatchObject({ phase: "joined", hasSignalling: true });
    expect(viewOf(active).participants.map(({ peer }) => peer)).toEqual([3, 1]);
    expect(runtime.connections.map(({ connectionState }) => connectionState)).toEqual(["closed", "new"]);
  });

  test("signals to a participant who has lost their connection wait until they are back", async () => {
    const bob = call().enter("u_bob");
    await join();
    call().refuse = ({ type }) => (type === "call.signal" ? "temporary" : null);
    const [connection] = runtime.connections;
    connection?.onicecandidate?.({
      candidate: { candidate: "late", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "u" },
    });
    await server.clock.advance(100);
    const refused = sent("call.signal").length;
    call().setConnected(bob, false);
    await server.clock.advance(5_000);
    expect(sent("call.signal")).toHaveLength(refused);
    call().refuse = () => null;
    call().setConnected(bob, true);
    await settle();
    expect(sent("call.signal").slice(refused)).toMatchObject([{ to: bob, candidates: [{}, { candidate: "late" }] }]);
  });

  test("a call that ended meanwhile is over", async () => {
    const active = await join();
    await cut();
    call().isOn = false;
    await reconnect();
    expect(viewOf(active)).toMatchObject({ phase: "ended", end: "lost" });
  });
});

describe("ringing", () => {
  const ring = { type: "ring.started", channel: CHANNEL, call: 7, epochNumber: 1, from: "u_bob", video: true } as const;
  const say = async (signal: Parameters<typeof server.signal>[0]) => {
    server.socket(null).say({ type: "signal", signal });
    await settle();
  };

  test("a ring shows until it ends, is too old, or is taken", async () => {
    await say({ ...ring, lastsMs: 45_000 });
    expect(client.calls.ringing.get()).toMatchObject([{ channel: CHANNEL, call: 7, from: "u_bob", video: true }]);
    await say({ type: "ring.ended", channel: CHANNEL, call: 7, epochNumber: 1, reason: "taken" });
    expect(client.calls.ringing.get()).toEqual([]);
    await say({ ...ring, lastsMs: 45_000 });
    expect(client.calls.ringing.get()).toEqual([]);
    await say({ ...ring, call: 8, lastsMs: 1_000 });
    expect(client.calls.ringing.get()).toHaveLength(1);
    await server.clock.advance(1_001);
    expect(client.calls.ringing.get()).toEqual([]);
  });

  test("accepting joins the call that rings", async () => {
    call().enter("u_bob");
    await say({ ...ring, lastsMs: 45_000 });
    const [ringing] = client.calls.ringing.get();
    if (!ringing) throw new Error("nothing rings");
    const active = await client.calls.accept(ringing, { video: true });
    await settle();
    expect(client.calls.ringing.get()).toEqual([]);
    expect(sent("call.join")).toMatchObject([{ call: 7, media: { camera: true, muted: false } }]);
    expect(viewOf(active).phase).toBe("joined");
  });

  test("a ring that was seen in the inbox only is checked before it rings", async () => {
    let ringsForMs = 0;
    const asked: unknown[] = [];
    server.intercept = (method, path, body) => {
      if (`${method} ${path}` !== `POST /v1/channels/${CHANNEL}/commands`) return null;
      asked.push(body);
      return json({ frames: [{ type: "ack", id: "1", seq: 0, call: { ...call().answer(), ringsForMs } }] });
    };
    const row = {
      ...{ channel: CHANNEL, epochNumber: 1, head: 1, preview: null, read: 0, unreadFrom: null, unread: 0 },
      ...{ mentions: 0, at: 1, call: { call: 7, by: "u_bob", startedAt: 1, rings: true } },
    };
    server.sendRows([row]);
    await settle();
    expect(asked).toMatchObject([{ commands: [{ type: "call.roster" }] }]);
    expect(client.calls.ringing.get()).toEqual([]);
    ringsForMs = 9_000;
    server.sendRows([row]);
    await settle();
    expect(client.calls.ringing.get()).toMatchObject([{ call: 7, from: "u_bob" }]);
    server.sendRows([{ ...row, call: undefined }]);
    await settle();
    expect(client.calls.ringing.get()).toEqual([]);
  });

  test("where both call each other, nothing rings", async () => {
    await join();
    await say({ ...ring, lastsMs: 45_000 });
    expect(client.calls.ringing.get()).toEqual([]);
  });
});
