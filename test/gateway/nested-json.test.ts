// JSON that is nested so deeply that code which walks it by recursion would fail.
import { beforeAll, describe, expect, test } from "vitest";
import { type FrameOf, isNestedTooDeeply, limits } from "../../src/protocol";
import { refused } from "../contract/problem";
import { call, openDirect, type Person, register, request } from "../support/http";
import { accessToken, openSocket } from "../support/socket";

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

let alice: Person;
let channel: string;

beforeAll(async () => {
  alice = await register("alice");
  channel = await openDirect(alice, alice);
});

describe("the depth of a JSON text", () => {
  test.each([
    ["[]", false],
    [nested(limits.jsonDepth), false],
    [nested(limits.jsonDepth + 1), true],
    [`{"a":${nested(limits.jsonDepth)}}`, true],
    [JSON.stringify({ text: nested(1_000) }), false],
    [JSON.stringify({ text: `\\" ${nested(1_000)} \\\\` }), false],
    [JSON.stringify(Array.from({ length: 100 }, () => [[]])), false],
    [`"${nested(100)}`, false],
    ["[".repeat(500_000), true],
  ])("of %.60s is judged by its brackets outside of strings", (text, isTooDeep) => {
    expect(isNestedTooDeeply(text)).toBe(isTooDeep);
  });
});

describe("[S130] a body that is nested too deeply", () => {
  const depths = [limits.jsonDepth, 1_000, 20_000, 300_000];

  test.each(depths)("is invalid (%i)", async (depth) => {
    const deep = nested(depth);
    const bodies: [string, string, string][] = [
      ["POST", `/v1/channels/${channel}/commands`, `{"commands":[${deep}]}`],
      ["POST", `/v1/channels/${channel}/commands`, `{"commands":[{"id":"1","type":"message.send","text":${deep}}]}`],
      ["POST", `/v1/channels/${channel}/messages`, `{"text":"x","also":${deep}}`],
      ["POST", "/v1/search", `{"q":${deep}}`],
      ["PATCH", "/v1/me", `{"name":${deep}}`],
      ["POST", "/v1/sessions", deep],
    ];
    for (const [method, path, body] of bodies)
      expect(await refused(path, { method, token: alice.token, body })).toMatchObject({ code: "invalid" });
  });

  test("is invalid as a frame too, on both sockets", async () => {
    const token = await accessToken(alice.token);
    for (const path of ["/v1/socket", `/v1/channels/${channel}/socket`]) {
      const device = await openSocket(path, token);
      for (const depth of depths) {
        device.socket.send(`{"id":"7","type":"read.mark","seq":${nested(depth)}}`);
        const answer = await device.until((frame): frame is FrameOf<"error"> => frame.type === "error");
        expect(answer).toMatchObject({ code: "invalid", temporary: false });
        device.frames.length = 0;
      }
      device.close();
    }
  });
});

test("[S131] every command over HTTP has an answer, also `typing.start`, which has none on a socket", async () => {
  const commands = [
    { id: "a", type: "typing.start" },
    { id: "b", type: "view.set", background: true },
    { id: "c", type: "typing.start", thread: 1 },
    { id: "d", type: "nothing" },
  ];
  const path = `/v1/channels/${channel}/commands`;
  const { frames } = await call<{ frames: { id: string; type: string }[] }>(path, {
    method: "POST",
    token: alice.token,
    body: { commands },
  });
  expect(frames.map((frame) => frame?.id)).toEqual(["a", "b", "c", "d"]);
  expect(frames.map((frame) => frame?.type)).toEqual(["ack", "ack", "ack", "error"]);
});

test("malformed percent-encoding is refused, not a fault", async () => {
  const paths = [
    "/v1/channels/%E0%A4%A",
    "/v1/channels/%",
    `/v1/channels/${channel}/messages/1/reactions/%E0%A4%A`,
    "/v1/users?handle=%E0%A4%A",
    "/v1/search?q=%E0%A4%A",
    `/v1/channels/${channel}/messages?after=1e400`,
    `/v1/channels/${channel}/messages?limit=${"9".repeat(400)}`,
    "/v1/sessions?cursor=9999999999999999~s_1",
    "/v1/inbox?after=1e308",
  ];
  for (const path of paths) {
    const method = path.includes("reactions") ? "PUT" : "GET";
    const { status } = await request(path, { method, token: alice.token });
    expect(status, path).toBeLessThan(500);
  }
});
