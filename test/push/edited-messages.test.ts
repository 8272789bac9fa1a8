// Notifications follow edits: whom an edit newly mentions is notified once, and a shown
// notification says what its message says.
import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, test, vi } from "vitest";
import { perform, say } from "../support/log";
import { atRest } from "../support/rest";
import { attach, join } from "../support/socket";
import { group, pair, put, read, renewService, service, soon } from "./notification-support";

vi.setConfig({ testTimeout: 60_000 });
renewService();

const edit = (a: Parameters<typeof perform>[0], epoch: string, seq: number, text: string) =>
  perform(a, epoch, { type: "message.edit", seq, text });

test("[S172] an edit that mentions a person below their read mark notifies them once", async () => {
  const { bob, channel, a, epoch, device } = await group();
  const seq = await say(a, epoch, "회의 3시");
  await expect.poll(() => device.texts, soon).toEqual(["회의 3시"]);
  await read(bob, channel, seq);
  await expect.poll(() => device.texts.at(-1), soon).toBe("clear");
  const { seq: edited } = await edit(a, epoch, seq, `회의 4시 @${bob.handle}`);
  await expect.poll(() => device.texts.at(-1), soon).toBe(`회의 4시 @${bob.handle}`);
  expect(device.arrived.at(-1)).toMatchObject({
    note: { key: `${channel}:${edited}`, seq, through: edited, mention: true },
    urgency: "high",
  });
  expect(device.notes.at(-1)).not.toHaveProperty("rewords");
  // Later edits reword the notification, and an edit that restores the mention does not repeat it.
  for (const text of [`회의 5시 @${bob.handle}`, "회의 5시", `회의 6시 @${bob.handle}`]) {
    await edit(a, epoch, seq, text);
    await atRest(channel);
  }
  const loud = device.notes.filter((note) => note.type === "show" && note.rewords === undefined);
  expect(loud).toHaveLength(2);
});

test("[S172] the same for an unread message that was notified without the mention", async () => {
  const { bob, channel, a, epoch, device } = await group();
  const seq = await say(a, epoch, "one");
  await say(a, epoch, "two");
  await expect.poll(() => device.texts.at(-1), soon).toBeDefined();
  await atRest(channel);
  const before = device.arrived.length;
  const { seq: edited } = await edit(a, epoch, seq, `one @${bob.handle}`);
  await expect.poll(() => device.texts.at(-1), soon).toBe(`one @${bob.handle}`);
  expect(device.arrived).toHaveLength(before + 1);
  expect(device.notes.at(-1)).toMatchObject({ seq, through: edited, mention: true, unread: 2 });
});

test("[S172] an edit before the eviction of the channel is notified after it", async () => {
  const { bob, channel, a, epoch, device } = await group();
  const seq = await say(a, epoch, "plain");
  await expect.poll(() => device.texts, soon).toEqual(["plain"]);
  await read(bob, channel, seq);
  await expect.poll(() => device.texts.at(-1), soon).toBe("clear");
  const laptop = await attach(bob);
  await edit(a, epoch, seq, `now @${bob.handle}`);
  await atRest(channel);
  expect(device.texts).toEqual(["plain", "clear"]);
  await evictDurableObject(env.CHANNELS.getByName(channel), { webSockets: "hibernate" });
  laptop.close();
  await say(a, epoch, "more");
  await expect.poll(() => device.texts.at(-1), soon).toBe(`now @${bob.handle}`);
});

test("[S172] a message is seen when a device says so, and its notification is taken back", async () => {
  const { bob, channel, a, epoch, device } = await group();
  const seq = await say(a, epoch, "plain");
  await read(bob, channel, seq);
  const edited = await edit(a, epoch, seq, `@${bob.handle}`);
  await expect.poll(() => device.texts.at(-1), soon).toBe(`@${bob.handle}`);
  await read(bob, channel, edited.seq);
  await atRest(channel);
  expect(device.texts.at(-1)).toBe(`@${bob.handle}`);
  await put(bob, `/v1/channels/${channel}/read`, { seq: 0, seen: [seq] });
  await expect.poll(() => device.texts.at(-1), soon).toBe("clear");
});

test("[S172] an edit notifies nobody who was mentioned before, is the author, or cannot read the message", async () => {
  const { alice, bob, a, epoch, device } = await group();
  const tablet = await service.subscribe(alice);
  const seq = await say(a, epoch, `@${bob.handle} one`);
  await expect.poll(() => device.texts, soon).toHaveLength(1);
  await edit(a, epoch, seq, `@${bob.handle} @${alice.handle} two`);
  await expect.poll(() => device.texts.at(-1), soon).toContain("two");
  await edit(a, epoch, seq, `@channel three`);
  await expect.poll(() => device.texts.at(-1), soon).toContain("three");
  expect(device.notes.filter((note) => note.type === "show" && note.rewords === undefined)).toHaveLength(1);
  expect(tablet.requests).toBe(0);
});

test("[S173] a shown notification is reworded without a sound when its message is edited", async () => {
  const { bob, channel, a, epoch, device } = await pair();
  const seq = await say(a, epoch, "암호는 1234");
  await expect.poll(() => device.texts, soon).toEqual(["암호는 1234"]);
  const { seq: version } = await edit(a, epoch, seq, "아무것도 아니야");
  await expect.poll(() => device.texts.at(-1), soon).toBe("아무것도 아니야");
  expect(device.arrived.at(-1)).toMatchObject({
    note: {
      type: "show",
      key: `${channel}:${seq}~${version}`,
      rewords: { key: `${channel}:${seq}`, version },
      ...{ seq, through: seq, mention: false },
    },
    urgency: "normal",
  });
  await atRest(channel);
  expect(device.requests).toBe(2);
  // Another device of the member is in use: the text goes all the same.
  await attach(bob);
  await edit(a, epoch, seq, "셋째");
  await expect.poll(() => device.texts.at(-1), soon).toBe("셋째");
});

test("[S173] a muted person's notification is reworded too, and a refused rewording is repeated", async () => {
  const { bob, channel, a, epoch, device } = await pair();
  const phone = await service.subscribe(bob);
  const seq = await say(a, epoch, "secret");
  await expect.poll(() => [device.texts, phone.texts], soon).toEqual([["secret"], ["secret"]]);
  await put(bob, `/v1/channels/${channel}/mute`, { until: Date.now() + 3_600_000 });
  phone.answers.push(() => new Response(null, { status: 503, headers: { "retry-after": "1" } }));
  await edit(a, epoch, seq, "public");
  await expect.poll(() => device.texts.at(-1), soon).toBe("public");
  await new Promise((done) => setTimeout(done, 1_500));
  await atRest(channel);
  await expect.poll(() => phone.texts.at(-1), soon).toBe("public");
  expect(phone.notes.at(-1)).toHaveProperty("rewords");
});

test("[S173] a notification without its mention is reworded, or taken back where only mentions notify", async () => {
  const { bob, channel, a, epoch, device } = await group();
  const seq = await say(a, epoch, `@${bob.handle} look`);
  await expect.poll(() => device.notes.at(-1), soon).toMatchObject({ mention: true });
  await edit(a, epoch, seq, "look");
  await expect.poll(() => device.notes.at(-1), soon).toMatchObject({ text: "look", mention: false });
  await put(bob, `/v1/channels/${channel}/level`, { level: "mentions" });
  const next = await say(a, epoch, `@${bob.handle} again`);
  await expect.poll(() => device.texts.at(-1), soon).toContain("again");
  await edit(a, epoch, next, "again");
  await expect.poll(() => device.texts.at(-1), soon).toBe("clear");
});

test("[S173] the edit of a message that no device shows sends nothing", async () => {
  const { bob, channel, a, epoch, device } = await pair();
  const b = await join(bob, channel);
  const seq = await say(a, epoch, "while bob looks");
  await b.event(seq);
  await edit(a, epoch, seq, "still");
  await atRest(channel);
  expect(device.requests).toBe(0);
});
