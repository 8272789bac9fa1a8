// Messages with attachments and no text, as the SDK shows them.
import { beforeEach, expect, test } from "vitest";
import type { Event } from "../../../src/protocol";
import type { Client } from "../../../src/sdk";
import { messageAfter } from "../../../src/sdk/channel/message-states";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

const photo = { id: "a_1", name: "photo.jpg", type: "image/jpeg", size: 9 };
const summary = { count: 1, name: "photo.jpg", type: "image/jpeg" };

let server: FakeServer;
let alice: Client;

beforeEach(async () => {
  server = new FakeServer();
  server.log("c_1");
  alice = server.client("alice");
  await alice.connect();
  alice.channel("c_1").open();
  await settle();
});

const view = () => alice.channel("c_1").view.get();

/** Appends an event of bob and makes its body one with attachments and no text. */
function withPhoto(event: Event): Event {
  if (!("body" in event.data) || event.data.body.state !== "live") throw new Error("no live body");
  Object.assign(event.data.body, { text: "", attachments: [photo] });
  return event;
}

test("a message without a text is live, in its channel, its reply and the list of channels", async () => {
  const log = server.log("c_1");
  server.broadcast("c_1", [withPhoto(log.say("u_bob", "replaced"))]);
  await settle();
  expect(view().messages.at(-1)).toMatchObject({ state: "live", text: "", attachments: [photo] });
  const row = alice.inbox.get()?.find(({ id }) => id === "c_1")?.row;
  expect(row).toMatchObject({ preview: { author: "u_bob", text: "", attachments: summary }, unread: 1 });
  alice.channel("c_1").send("which one?", { replyTo: 1 });
  expect(view().messages.at(-1)?.reply).toEqual({
    ...{ seq: 1, author: "u_bob", state: "live", preview: "" },
    attachments: summary,
  });
});

test("a deletion that is not confirmed yet already shows a deleted message", async () => {
  const log = server.log("c_1");
  server.broadcast("c_1", [withPhoto(log.say("u_alice", "replaced"))]);
  await settle();
  alice.channel("c_1").remove(1);
  expect(view().messages[0]).toMatchObject({ state: "deleted", text: "", attachments: [] });
});

test("a quote follows the attachments of its message, and stays deleted once it is", () => {
  const log = server.log("c_1");
  log.say("u_bob", "one");
  log.say("u_alice", "an answer", { replyTo: 1 });
  const answer = log.message(2);
  const edited = withPhoto(log.do("u_bob", { type: "message.edit", seq: 1, text: "replaced" }));
  const quoting = messageAfter(answer, edited);
  expect(quoting.reply).toMatchObject({ state: "live", preview: "", attachments: summary });
  expect(messageAfter(quoting, edited)).toBe(quoting);
  const gone = messageAfter(quoting, log.do("u_bob", { type: "message.delete", seq: 1 }));
  expect(gone.reply).toEqual({ seq: 1, author: "u_bob", state: "deleted", preview: null });
  expect(messageAfter(gone, edited).reply).toEqual(gone.reply);
});
