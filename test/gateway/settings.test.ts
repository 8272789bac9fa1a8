// Which drafts and mutes are accepted.
import { expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { type Person, request } from "../support/http";
import { openPair } from "../support/pair";
import { attach } from "../support/socket";

async function put({ token }: Person, channel: string, what: string, body: unknown): Promise<[number, string]> {
  const response = await request(`/v1/channels/${channel}/${what}`, { method: "PUT", token, body });
  return [response.status, response.status === 204 ? "" : (await response.json<{ code: string }>()).code];
}

test("[S98] an invalid draft or mute is refused and stores nothing", async () => {
  const { bob, channel } = await openPair();
  const refused: [string, unknown, string][] = [
    ["draft", {}, "invalid"],
    ["draft", { text: 5 }, "invalid"],
    ["draft", { text: null }, "invalid"],
    ["draft", { text: "a\u0000b" }, "invalid"],
    ["draft", '{"text":"\\ud800"}', "invalid"],
    ["draft", { text: "x", thread: 0 }, "invalid"],
    ["draft", { text: "x", thread: 1.5 }, "invalid"],
    ["draft", { text: "x", thread: "1" }, "invalid"],
    ["draft", { text: "x", replyTo: -1 }, "invalid"],
    ["draft", { text: "x".repeat(limits.messageCodePoints + 1) }, "message_too_long"],
    ["draft", "{", "malformed"],
    ["mute", {}, "invalid"],
    ["mute", { until: -1 }, "invalid"],
    ["mute", { until: 1.5 }, "invalid"],
    ["mute", { until: "tomorrow" }, "invalid"],
    ["mute", { until: 1e300 }, "invalid"],
    ["mute", { until: null }, "invalid"],
  ];
  for (const [what, body, code] of refused) {
    expect(await put(bob, channel, what, body), JSON.stringify(body).slice(0, 60)).toEqual([
      code === "message_too_long" ? 413 : 400,
      code,
    ]);
  }
  const device = await attach(bob);
  const { drafts, mutes } = await device.until((frame) => frame.type === "inbox");
  expect([drafts, mutes]).toEqual([undefined, undefined]);
});

test("[S98] a draft of the maximum length of a message is stored unchanged", async () => {
  const { bob, channel } = await openPair();
  const text = "🙂".repeat(limits.messageCodePoints);
  expect(await put(bob, channel, "draft", { text, thread: null, replyTo: null })).toEqual([204, ""]);
  const device = await attach(bob);
  const { drafts = [] } = await device.until((frame) => frame.type === "inbox");
  expect(drafts.map((draft) => draft.text === text)).toEqual([true]);
});
