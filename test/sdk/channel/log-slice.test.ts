import { expect, test } from "vitest";
import { ChannelLog } from "../../../src/sdk/channel/log";
import { type LogSlice, messageSlice, threadSlice } from "../../../src/sdk/channel/log-slice";
import { FakeLog } from "../support/fake-log";

/** A log that was joined with this part of it loaded. */
function loaded(part: LogSlice) {
  const server = new FakeLog(() => 1_795_500_000_000);
  server.say("u_bob", "root");
  const log = new ChannelLog();
  log.join(server.epoch, server.head);
  log.slices.add(part);
  log.takePage(part, "newest", null, server.page({ limit: 50, ...part.newest }));
  const hear = (...events: Parameters<typeof log.apply>[0][number][]) => log.apply(events);
  return { server, hear, seqs: () => part.window?.messages.map(({ seq }) => seq) };
}

test("a single message stays alone and follows what happens to it", () => {
  const part = messageSlice(1);
  const { server, hear, seqs } = loaded(part);
  hear(server.say("u_bob", "next"), server.do("u_bob", { type: "message.edit", seq: 1, text: "changed" }));
  expect(seqs()).toEqual([1]);
  expect(part.message(1)?.body).toMatchObject({ text: "changed" });
});

test("a thread takes its own replies and no others", () => {
  const { server, hear, seqs } = loaded(threadSlice(1));
  hear(
    server.say("u_bob", "next"),
    server.say("u_bob", "reply", { thread: 1 }),
    server.say("u_bob", "r", { thread: 2 }),
  );
  expect(seqs()).toEqual([3]);
});
