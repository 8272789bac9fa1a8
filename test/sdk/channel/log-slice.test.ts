import { expect, test } from "vitest";
import { ChannelLog } from "../../../src/sdk/channel/log";
import { type LogSlice, messageSlice, threadSlice } from "../../../src/sdk/channel/log-slice";
import { FakeLog } from "../support/fake-log";

/** Returns a joined log with one slice loaded. */
function loaded(slice: LogSlice) {
  const server = new FakeLog(() => 1_795_500_000_000);
  server.say("u_bob", "root");
  const log = new ChannelLog();
  log.join(server.epoch, server.head);
  log.slices.add(slice);
  log.takePage(slice, "newest", null, server.page({ limit: 50, ...slice.newest }));
  const apply = (...events: Parameters<typeof log.apply>[0][number][]) => log.apply(events);
  return { server, apply, seqs: () => slice.window?.messages.map(({ seq }) => seq) };
}

test("a slice of a single message stays single and follows its changes", () => {
  const slice = messageSlice(1);
  const { server, apply, seqs } = loaded(slice);
  apply(server.say("u_bob", "next"), server.do("u_bob", { type: "message.edit", seq: 1, text: "changed" }));
  expect(seqs()).toEqual([1]);
  expect(slice.message(1)?.body).toMatchObject({ text: "changed" });
});

test("a slice of a thread takes its own replies and no others", () => {
  const { server, apply, seqs } = loaded(threadSlice(1));
  apply(
    server.say("u_bob", "next"),
    server.say("u_bob", "reply", { thread: 1 }),
    server.say("u_bob", "r", { thread: 2 }),
  );
  expect(seqs()).toEqual([3]);
});

test("the calls of a page are notices, as those that were received live, and each is there once", () => {
  const server = new FakeLog(() => 1_795_500_000_000);
  const data = { call: 1, startedAt: 1, durationMs: 9, joined: ["u_bob"], rang: true, reason: "left" as const };
  const endCall = () => {
    const stamp = { seq: server.head + 1, at: 1, actor: "u_bob", nonce: crypto.randomUUID() };
    const event = { ...stamp, type: "call.ended" as const, data };
    server.events.push(event);
    return event;
  };
  const first = endCall();
  server.say("u_bob", "one");
  const second = endCall();
  server.say("u_bob", "two");
  const log = new ChannelLog();
  const thread = threadSlice(2);
  log.slices.add(thread);
  log.join(server.epoch, server.head);
  log.takePage(log.main, "newest", null, { ...server.page({ limit: 1 }), calls: [] });
  expect(log.notices).toEqual([]);
  log.takePage(log.main, "before", 4, { ...server.page({ limit: 1, before: 4 }), calls: [second] });
  const third = endCall();
  log.apply([third]);
  const noticed = () => log.notices.map(({ seq }) => seq);
  expect(noticed()).toEqual([second.seq, third.seq]);
  log.takePage(log.main, "newest", null, { ...server.page({ limit: 50 }), calls: [first, second, third] });
  expect(noticed()).toEqual([first.seq, second.seq, third.seq]);
});
