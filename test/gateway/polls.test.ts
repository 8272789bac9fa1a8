// Polls, held or not, and commands over HTTP. They must give the same frames as a socket.
import { expect, test } from "vitest";
import { limits } from "../../src/protocol";
import { openDirect, openGroup, register, removeMember, request } from "../support/http";
import { say } from "../support/log";
import { openPair } from "../support/pair";
import { eventsOf, Poller, perform } from "../support/poll";
import { composedAt } from "../support/socket";

const eventsAt = (channel: string) => `/v1/channels/${channel}/events`;
const text = (text: string) => ({ type: "message.send", text });

test("[S87] [S19] a poll brings the same pages as a subscription", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const large = "x".repeat(limits.messageCodePoints);
  for (let i = 0; i < 4; i++) await say(a, epoch, large);
  const poller = new Poller(bob, eventsAt(channel));
  const first = await poller.ask({ epoch, after: 0, id: "7" });
  expect(first?.map(({ type }) => type)).toEqual(["hello", "events", "more"]);
  expect(first?.at(-1)).toMatchObject({ id: "7", after: 2, head: 4 });
  const second = await poller.ask({ epoch, after: 2 });
  expect(second?.map(({ type }) => type)).toEqual(["events", "ready"]);
  expect(second?.at(-1)).toMatchObject({ id: "poll", head: 4, role: "member" });
  expect(poller.events).toEqual(a.events);
});

test("[S87] without a position a poll answers with the head of the log", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "before");
  const frames = await new Poller(bob, eventsAt(channel)).ask();
  expect(frames).toEqual([
    expect.objectContaining({ type: "hello", user: bob.id }),
    expect.objectContaining({ type: "ready", epoch, head: 1 }),
  ]);
});

test("[S88] without news the answer is 304; an entry, a mark or a role is news", async () => {
  const { alice, bob, channel, a, b, epoch } = await openPair();
  const poller = new Poller(bob, eventsAt(channel));
  await poller.ask({ epoch, after: 0 });
  expect(await poller.ask({ epoch, after: 0 })).toBeNull();
  await say(a, epoch, "one");
  expect(eventsOf((await poller.ask({ epoch, after: 0 })) ?? [])).toHaveLength(1);
  // The delivered mark of bob's device is news, once.
  while ((await poller.ask({ epoch, after: 1 })) !== null);
  await b.answer(b.send({ type: "read.mark", seq: 1 }), "ack");
  expect(await poller.ask({ epoch, after: 1 })).toMatchObject([
    { type: "ready", reads: { [bob.id]: 1, [alice.id]: 1 } },
  ]);
});

test("[S88] a cursor of another epoch gets a reset, with or without a tag", async () => {
  const { bob, channel, epoch } = await openPair();
  const poller = new Poller(bob, eventsAt(channel));
  await poller.ask({ epoch, after: 0 });
  expect(await poller.ask({ epoch: "another", after: 0 })).toMatchObject([{ type: "reset", reason: "epoch" }]);
  expect(await poller.ask({ epoch, after: 9 })).toMatchObject([{ type: "reset", reason: "beyond_head" }]);
});

test("[S89] a held poll is answered at the next event, and with 304 after its time", async () => {
  const { bob, channel, a, epoch } = await openPair();
  const poller = new Poller(bob, eventsAt(channel));
  await poller.ask({ epoch, after: 0 });
  const startedAt = Date.now();
  expect(await poller.ask({ epoch, after: 0, wait: 300 })).toBeNull();
  expect(Date.now() - startedAt).toBeGreaterThanOrEqual(250);
  const held = poller.ask({ epoch, after: 0, wait: 20_000 });
  await say(a, epoch, "now");
  expect(eventsOf((await held) ?? [])).toMatchObject([{ seq: 1, type: "message.sent" }]);
});

test("[S89] `wait` is limited", async () => {
  const { bob, channel } = await openPair();
  const response = await request(`${eventsAt(channel)}?wait=${limits.longPollMs + 1}`, { token: bob.token });
  expect(response.status).toBe(400);
});

test("[S81] a member who is removed during a held poll gets nothing more", async () => {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  const channel = await openGroup(alice, [bob], {});
  const poller = new Poller(bob, eventsAt(channel));
  const ready = (await poller.ask())?.at(-1);
  if (ready?.type !== "ready") throw new Error("not ready");
  const held = poller.ask({ epoch: ready.epoch, after: ready.head, wait: 20_000 });
  const outcome = expect(held).rejects.toThrow(/404/);
  expect((await removeMember(alice, channel, bob)).status).toBe(204);
  await outcome;
});

test("[S4] a held poll is refused when its session ends", async () => {
  const { bob, channel, epoch } = await openPair();
  const polls = [new Poller(bob, eventsAt(channel)), new Poller(bob, "/v1/inbox")];
  const query = (poller: Poller) => (poller.path === "/v1/inbox" ? { after: 0 } : { epoch, after: 0 });
  for (const poller of polls)
    while ((await poller.ask({ ...query(poller), wait: 0 })) !== null && poller.frames.length < 9);
  const held = polls.map((poller) => expect(poller.ask({ ...query(poller), wait: 20_000 })).rejects.toThrow(/401/));
  expect((await request("/v1/sessions/current", { method: "DELETE", token: bob.token })).status).toBe(204);
  await Promise.all(held);
});

test("[S90] the inbox is polled by version, and a held poll gets new rows", async () => {
  const { alice, bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "one");
  const poller = new Poller(bob, "/v1/inbox");
  const frames = await poller.ask();
  const answer = frames?.at(-1);
  expect(frames?.map(({ type }) => type)).toEqual(["hello", "inbox"]);
  if (answer?.type !== "inbox" || answer.version === undefined) throw new Error("no inbox");
  expect(answer.rows).toMatchObject([{ channel, head: 1, unread: 1 }]);
  const held = poller.ask({ after: answer.version, wait: 20_000 });
  await say(a, epoch, "two");
  expect(await held).toMatchObject([{ type: "inbox", rows: [{ channel, head: 2, unread: 2 }] }]);
  const other = await openDirect(alice, await register("carol"));
  expect(other).not.toBe(channel);
});

test("[S90] [S47] a channel that left the inbox between two polls is in the next answer", async () => {
  const [alice, bob] = await Promise.all([register("alice"), register("bob")]);
  const channel = await openGroup(alice, [bob], {});
  const poller = new Poller(bob, "/v1/inbox");
  await expect.poll(async () => eventRows(await poller.ask()), { timeout: 5_000 }).toContain(channel);
  const last = poller.frames.at(-1);
  if (last?.type !== "inbox" || last.version === undefined) throw new Error("no inbox");
  const after = last.version;
  expect((await removeMember(alice, channel, bob)).status).toBe(204);
  const gone = async () =>
    (await poller.ask({ after }))?.flatMap((frame) => (frame.type === "inbox" ? (frame.gone ?? []) : []));
  await expect.poll(gone, { timeout: 5_000 }).toContain(channel);
});

const eventRows = (frames: Awaited<ReturnType<Poller["ask"]>>) =>
  frames?.flatMap((frame) => (frame.type === "inbox" ? frame.rows.map((row) => row.channel) : [])) ?? [];

test("[S91] commands run in order, and the answers have the same order", async () => {
  const { alice, channel, b, epoch } = await openPair();
  const one = { id: "1", ...composedAt(epoch, 0), ...text("one") };
  const commands = [
    one,
    { id: "2", type: "message.send", text: "" },
    { id: "3", ...composedAt(epoch, 0), ...text("two") },
    { ...one, id: "4" },
    { ...one, id: "5", text: "another" },
    { id: "6", type: "history.page", query: {} },
    { id: "7", type: "read.mark", seq: 2 },
    { id: "8", type: "channel.subscribe" },
    "no command",
  ];
  const answers = await perform(alice, channel, commands);
  expect(answers).toMatchObject([
    { type: "ack", id: "1", seq: 1 },
    { type: "error", id: "2", code: "invalid" },
    { type: "ack", id: "3", seq: 2 },
    { type: "ack", id: "4", seq: 1 },
    { type: "error", id: "5", code: "nonce_conflict" },
    { type: "page", id: "6", page: { head: 2 } },
    { type: "ack", id: "7", seq: 2 },
    { type: "error", id: "8", code: "invalid" },
    { type: "error", code: "invalid" },
  ]);
  expect(await b.event(2)).toMatchObject({ type: "message.sent", actor: alice.id });
  expect(b.events.map(({ seq }) => seq)).toEqual([1, 2]);
});

test("[S91] [S25] the same command over a socket and over HTTP appends one entry", async () => {
  const { alice, channel, a, epoch } = await openPair();
  const command = { ...composedAt(epoch, 0), type: "message.send", text: "once" } as const;
  const [over] = await Promise.all([perform(alice, channel, [{ id: "h", ...command }]), a.send(command)]);
  const again = await perform(alice, channel, [{ id: "h", ...command }]);
  expect(over).toEqual(again);
  expect(a.events.filter(({ nonce }) => nonce === command.nonce)).toHaveLength(1);
});

test("[S91] one request may ask for at most four pages of history", async () => {
  const { alice, channel } = await openPair();
  const commands = Array.from({ length: 6 }, (_, at) => ({ id: String(at), type: "history.page", query: {} }));
  const answers = await perform(alice, channel, commands);
  expect(answers.map(({ type }) => type)).toEqual(["page", "page", "page", "page", "error", "error"]);
  expect(answers.at(-1)).toMatchObject({ code: "rate_limited", temporary: true });
});

test("[S88] the tag of a partial answer, or of a reset, does not hide the rest", async () => {
  const { bob, channel, a, epoch } = await openPair();
  await say(a, epoch, "one");
  const poller = new Poller(bob, eventsAt(channel));
  expect((await poller.ask({ epoch: "another", after: 9 }))?.at(-1)).toMatchObject({ type: "reset", head: 1 });
  expect((await poller.ask({ epoch, after: 1 }))?.at(-1)).toMatchObject({ type: "ready" });
});
