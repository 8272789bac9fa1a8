// Search, from the typed query to the current messages.
import { describe, expect, test, vi } from "vitest";
import type { SearchHit, SearchPage } from "../../src/protocol";
import { drained, intercept, search, searchAll } from "../support/archive";
import { call, openDirect, openGroup, type Person, putMember, register, removeMember, request } from "../support/http";
import { perform, say } from "../support/log";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { composedAt, epochOf, join } from "../support/socket";

vi.setConfig({ testTimeout: 60_000 });

/** Sends messages of one person and returns their seqs by text. */
async function sayAll(person: Person, channel: string, texts: readonly string[]): Promise<Map<string, number>> {
  const seqs = new Map<string, number>();
  for (let i = 0; i < texts.length; i += 64) {
    const some = texts.slice(i, i + 64);
    const commands = some.map((text, j) => {
      return { id: String(j), type: "message.send", ...composedAt("none", 0), text };
    });
    const answers = await performAll(person, channel, commands);
    answers.forEach((frame, j) => {
      if (frame.type !== "ack") throw new Error(JSON.stringify(frame));
      seqs.set(some[j] ?? "", frame.seq);
    });
  }
  return seqs;
}

const nameOf = ({ channel, seq }: { channel: string; seq: number }): string => `${channel}.${seq}`;

describe("[S94] a hit matches every part of the query", () => {
  async function open() {
    const trio = await openTrio({ name: "Reading Plans" });
    const { alice, bob, carol, channel } = trio;
    const direct = await openDirect(alice, bob);
    const foreign = await openDirect(alice, carol);
    const texts = [
      "The meeting is at three",
      "three of us were at the MEETING",
      "Café crème, déjà vu",
      "내일 회의록을 보낼게요",
      "아 ㅋㅋㅋ 네",
      "東京都に行きます",
      "ひらがなとカタカナ",
      "我在北京大学",
      "c++ and rust 👍",
      "ask @kim_1 about example.com",
      "กินน้ำไหม",
    ];
    await sayAll(alice, channel, texts);
    await sayAll(bob, channel, ["bob says three too"]);
    await sayAll(bob, direct, ["three, between us"]);
    await sayAll(carol, foreign, ["three, between others"]);
    for (const each of [channel, direct, foreign]) await drained(each);
    const texted = async (person: Person, q: string, options: Parameters<typeof search>[2] = {}) =>
      (await search(person, q, options)).items.map(({ excerpt }) => excerpt.text).sort();
    return { ...trio, direct, foreign, texts, texted };
  }

  test("words, phrases, prefixes, accents, and scripts without spaces", async () => {
    const { bob, texted, texts } = await open();
    const [meeting, us, cafe, minutes, laugh, tokyo, kana, peking, rust, kim, thai] = texts as [string, ...string[]];
    const expected: Record<string, (string | undefined)[]> = {
      meeting: [meeting, us],
      "THREE meeting": [meeting, us],
      "meeting rust": [],
      '"at three"': [meeting],
      '"three at"': [],
      '"at the meeting"': [us],
      meet: [],
      "meet*": [meeting, us],
      "m*": [meeting, us],
      '"the meet"*': [meeting, us],
      '"at the meet"*': [us],
      cafe: [cafe],
      CREME: [cafe],
      "déja vu": [cafe],
      회의: [minutes],
      의: [minutes],
      회의록: [minutes],
      록회: [],
      회의록을: [minutes],
      ㅋㅋ: [laugh],
      네: [laugh],
      京: [tokyo, peking],
      東京: [tokyo],
      都東: [],
      北京: [peking],
      カタ: [kana],
      がな: [kana],
      น้ำ: [thai],
      "c++": [rust],
      "👍": [rust],
      "@kim_1": [kim],
      "example.com": [kim],
      "kim_1 three": [],
    };
    const answers = await Promise.all(Object.keys(expected).map(async (q) => [q, await texted(bob, q)] as const));
    const sorted = Object.entries(expected).map(([q, found]) => [q, found.toSorted()]);
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(sorted));
  });

  test("from:, in:, and the channel parameter", async () => {
    const { alice, bob, carol, channel, direct, foreign, texted } = await open();
    const byAlice = ["The meeting is at three", "three of us were at the MEETING"];
    const byBob = "bob says three too";
    const between = "three, between us";
    const expected: Record<string, string[]> = {
      "three from:me": [byBob, between],
      [`three from:${bob.handle}`]: [byBob, between],
      [`three from:@${bob.handle.toUpperCase()}`]: [byBob, between],
      [`three from:${alice.handle}`]: byAlice,
      [`three from:${alice.handle} from:me`]: [...byAlice, byBob, between],
      "three from:nobody-of-that-name": [],
      [`from:${carol.handle}`]: [],
      [`three in:${channel}`]: [...byAlice, byBob],
      'three in:"Reading Plans"': [...byAlice, byBob],
      "three in:reading": [...byAlice, byBob],
      [`three in:@${alice.handle}`]: [between],
      [`three in:${alice.handle} in:reading`]: [...byAlice, byBob, between],
      "three in:nothing-of-that-name": [],
      [`three in:${foreign}`]: [],
      [`three in:${carol.handle}`]: [],
      [`from:me in:${direct}`]: [between],
      [`in:${direct}`]: [between],
    };
    const answers = await Promise.all(Object.keys(expected).map(async (q) => [q, await texted(bob, q)] as const));
    const sorted = Object.entries(expected).map(([q, found]) => [q, found.toSorted()]);
    expect(Object.fromEntries(answers)).toEqual(Object.fromEntries(sorted));
    expect(await texted(bob, "three", { channel })).toEqual([...byAlice, byBob].toSorted());
    expect(await texted(bob, "three", { channel: direct })).toEqual([between]);
    expect(await texted(bob, "three", { channel: foreign })).toEqual([]);
    expect(await texted(bob, `three in:${direct}`, { channel })).toEqual([]);
  });

  test("days, in the time zone of the caller", async () => {
    const { bob, texted } = await open();
    const dayMs = 86_400_000;
    const day = (shift: number, zone = 0) =>
      new Date(Date.now() + zone * 60_000 + shift * dayMs).toISOString().slice(0, 10);
    for (const zone of [0, 540, -720, 840]) {
      const today = { zone };
      expect(await texted(bob, `rust after:${day(-1, zone)}`, today), String(zone)).toHaveLength(1);
      expect(await texted(bob, `rust before:${day(1, zone)}`, today)).toHaveLength(1);
      expect(await texted(bob, `rust after:${day(0, zone)}`, today)).toEqual([]);
      expect(await texted(bob, `rust before:${day(0, zone)}`, today)).toEqual([]);
    }
    // Filters without a word, at both ends.
    expect(await texted(bob, `after:${day(-1)} before:${day(1)} from:me`)).toHaveLength(2);
    expect(await texted(bob, `after:${day(-1)}`)).toHaveLength(13);
    expect(await texted(bob, `before:${day(0)}`)).toEqual([]);
    // Not a day, so a word.
    expect(await texted(bob, "before:three")).toEqual([]);
    expect(await texted(bob, "three before:2026-02-30")).toEqual([]);
  });
});

describe("[S94] paging", () => {
  test("reaches the end without repeats and gaps, newest first and by relevance", async () => {
    const [alice, bob] = [await register("alice"), await register("bob")];
    const said: string[] = [];
    const channels = await Promise.all(
      Array.from({ length: 6 }, (_, i) => openGroup(alice, [bob], { name: `Channel ${i}` })),
    );
    for (const channel of channels) {
      const texts = Array.from({ length: 25 }, (_, i) => `walnut ${i} ${"walnut ".repeat(i % 4)}${channel}`);
      for (const seq of (await sayAll(alice, channel, texts)).values()) said.push(`${channel}.${seq}`);
      await drained(channel);
    }
    expect(new Set(said).size).toBe(150);
    for (const limit of [7, 20, 50]) {
      for (const order of ["newest", "relevance"]) {
        const hits = await searchAll(bob, "walnut", { limit, order });
        expect(hits.map(nameOf), `${order} by ${limit}`).toHaveLength(150);
        expect(hits.map(nameOf).sort()).toEqual(said.toSorted());
        if (order === "newest")
          expect(hits.map(({ at }) => at)).toEqual(hits.map(({ at }) => at).sort((x, y) => y - x));
      }
    }
    const best = await search(bob, "walnut", { order: "relevance", limit: 5 });
    for (const { excerpt } of best.items) expect(excerpt.marks.length).toBeGreaterThanOrEqual(3);
    expect((await search(bob, "walnut")).items).toHaveLength(20);
    const exactly = await search(bob, `walnut in:${channels[0]}`, { limit: 25 });
    expect(exactly.items).toHaveLength(25);
    if (exactly.next !== null) {
      const rest = await search(bob, `walnut in:${channels[0]}`, { limit: 25, cursor: exactly.next });
      expect(rest).toEqual({ items: [], next: null });
    }
    // A message that arrives between two pages does not move them, newest first.
    const first = await search(bob, "walnut", { limit: 50 });
    const [channel = ""] = channels;
    await sayAll(alice, channel, ["walnut at last"]);
    await drained(channel);
    const rest = await searchAll(bob, "walnut", { limit: 50, cursor: first.next ?? "" });
    expect([...first.items, ...rest].map(nameOf).sort()).toEqual(said.toSorted());
  });

  test("a page whose hits may no longer be shown is short, and the next continues", async () => {
    const { alice, bob, channel } = await openPair();
    const texts = Array.from({ length: 60 }, (_, i) => `walnut ${i}`);
    const seqs = [...(await sayAll(alice, channel, texts)).values()];
    await drained(channel);
    const gone = seqs.slice(10, 58).map((seq, i) => ({
      ...{ id: String(i), type: "message.delete", seq },
      ...composedAt("none", 0),
    }));
    await performAll(alice, channel, gone);
    for (const order of ["newest", "relevance"]) {
      const hits = await searchAll(bob, "walnut", { limit: 5, order });
      const left = seqs.filter((_, i) => i < 10 || i >= 58);
      expect(
        hits.map(({ seq }) => seq).sort((x, y) => x - y),
        order,
      ).toEqual(left);
    }
  });

  test.each(["x", "1~", "1~2~3", "~", "1~c_x~", "-1", "99999", "1~c_X~1", "1~c_a~1~1"])(
    "the cursor %s is refused",
    async (cursor) => {
      const { alice } = await openPair();
      for (const order of ["newest", "relevance"]) {
        const path = `/v1/search?${new URLSearchParams({ q: "x", in: "", cursor, order })}`;
        const { status } = await request(path, { token: alice.token });
        expect(status, order).toBe(400);
      }
    },
  );
});

describe("[S95] no query is an error", () => {
  const nasty = [
    ...["", " ", "\t\n", '"', '""', '"""', "*", "**", "a*b", "*a", "-", "--", "-a", "a -b", "^", "^a", "a^2"],
    ...[
      "(",
      ")",
      "()",
      "(a",
      "a)",
      "AND",
      "OR",
      "NOT",
      "NEAR",
      "a AND b",
      "a OR b",
      "a NOT b",
      "NEAR(a b)",
      "NEAR(a, 3)",
    ],
    ...[
      "terms:a",
      "tags:x",
      "terms : a",
      "{terms} : a",
      "- terms : a",
      "entry:x",
      "channel:c",
      "a + b",
      '"a" + "b"',
      "+a",
    ],
    ...[
      "'",
      "''",
      "a'b",
      "'; DROP TABLE archive; --",
      "\\",
      '\\"',
      "%",
      "%25",
      "_",
      "?",
      "?1",
      ":1",
      "@",
      "#",
      "$x",
      "$",
    ],
    ...[
      "from:",
      "in:",
      "before:",
      "after:",
      "from:@",
      "in:#",
      'from:"',
      'in:""',
      "from:me from:me",
      "from:~",
      "before:9999-99-99",
    ],
    ...[
      "before:2026-11-21T00:00",
      "after:0000-00-00",
      "in:*",
      "from:*",
      "after:99999999999999",
      "before:-1",
      "🙂",
      "👨‍👩‍👧‍👦",
      "\u202e",
    ],
    ...[
      "\u0000",
      "a\u0000b",
      '"\u0000',
      "\ufeff",
      "\uffff",
      "\u0301",
      "\u0301*",
      "ﷺ",
      "㎏",
      "«",
      "「",
      "」",
      "“a”",
      "a".repeat(10_000),
    ],
    ...["회".repeat(1_000), '"'.repeat(500), "a ".repeat(5_000), '"a '.repeat(90), "x* ".repeat(100), "🙂".repeat(300)],
  ];

  test("and an odd query gets matching messages or none", async () => {
    const { alice, bob, channel } = await openPair();
    await sayAll(alice, channel, ["a b", "AND OR NOT NEAR", "terms tags"]);
    await drained(channel);
    const typed = [
      ...nasty.map((q) => encodeURIComponent(q)),
      ...["%00", "%ED%A0%80", "%ff%fe", "%", "%zz", "%F0%9F", "a%00b", "%22%00%22", "%c0%80"],
    ];
    const statuses: Record<string, number> = {};
    for (const q of typed) {
      for (const order of ["newest", "relevance"]) {
        const { status } = await request(`/v1/search?q=${q}&order=${order}`, { token: bob.token });
        if (status !== 200) statuses[`${q.slice(0, 60)} ${order}`] = status;
      }
    }
    expect(statuses).toEqual({});
    expect((await search(bob, "a AND b")).items).toEqual([]);
    expect((await search(bob, "not or")).items).toHaveLength(1);
    expect((await search(bob, "terms:tags")).items).toHaveLength(1);
    expect(await call("/v1/search", { token: bob.token })).toEqual({ items: [], next: null });
    for (const q of ["", "  ", "\u0000", '""', "*"]) expect(await search(bob, q)).toEqual({ items: [], next: null });
  });

  test("and only its first 256 characters and 32 terms count", async () => {
    const { alice, bob, channel } = await openPair();
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    expect((await search(bob, `walnut${" ".repeat(250)}unsaid`)).items).toHaveLength(1);
    expect((await search(bob, `walnut${" ".repeat(240)}unsaid`)).items).toEqual([]);
    expect((await search(bob, `${"walnut ".repeat(32)}unsaid`)).items).toHaveLength(1);
    expect((await search(bob, `${"walnut ".repeat(31)}unsaid`)).items).toEqual([]);
  });

  test.each(["limit=0", "limit=51", "limit=x", "order=oldest", "zone=900", "channel=x"])("but %s is", async (query) => {
    const { alice } = await openPair();
    expect((await request(`/v1/search?q=x&${query}`, { token: alice.token })).status).toBe(400);
  });
});

describe("[S96] a hit is the current message", () => {
  test("a message that was deleted or edited since it was archived is matched by its current text", async () => {
    const { bob, channel, a, epoch } = await openPair();
    for (const text of ["walnut one", "walnut two", "walnut three"]) await say(a, epoch, text);
    await drained(channel);
    intercept(channel, async () => {
      throw new Error("the archive is not updated");
    });
    await perform(a, epoch, { type: "message.delete", seq: 1 });
    await perform(a, epoch, { type: "message.edit", seq: 2, text: "hazelnut two" });
    await perform(a, epoch, { type: "message.edit", seq: 3, text: "the third walnut" });
    const hits = (await search(bob, "walnut")).items;
    expect(hits.map(({ seq, excerpt }) => [seq, excerpt.text])).toEqual([[3, "the third walnut"]]);
    expect((await search(bob, "three")).items).toEqual([]);
  });

  test("a removed member finds nothing at once, and a new one finds everything", async () => {
    const { alice, bob, carol, channel } = await openTrio();
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    const found = async (who: Person) => (await search(who, "walnut")).items.length;
    expect([await found(bob), await found(carol)]).toEqual([1, 1]);
    await removeMember(alice, channel, bob);
    expect([await found(bob), await found(carol)]).toEqual([0, 1]);
    expect((await search(bob, "walnut", { channel })).items).toEqual([]);
    expect((await search(bob, `walnut in:${channel}`)).items).toEqual([]);
    const dave = await register("dave");
    expect(await found(dave)).toBe(0);
    await putMember(alice, channel, dave);
    await putMember(alice, channel, bob);
    expect([await found(dave), await found(bob)]).toEqual([1, 1]);
  });

  test("a group that hides its history from newcomers hides it in search too", async () => {
    const { alice, bob, channel, a, epoch } = await openTrio({ history: "joined" });
    const dave = await register("dave");
    const root = await say(a, epoch, "walnut before");
    await putMember(alice, channel, dave);
    await say(a, epoch, "walnut after", { replyTo: root });
    await drained(channel);
    const found = async (who: Person) => (await search(who, "walnut")).items.map(({ excerpt }) => excerpt.text);
    expect(await found(bob)).toEqual(["walnut after", "walnut before"]);
    expect(await found(dave)).toEqual(["walnut after"]);
  });

  test("a deleted group is not searched", async () => {
    const { alice, bob, channel } = await openTrio();
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    expect((await search(bob, "walnut")).items).toHaveLength(1);
    await call(`/v1/channels/${channel}`, { method: "DELETE", token: alice.token });
    for (const who of [alice, bob]) expect((await search(who, "walnut")).items).toEqual([]);
  });

  test("messages of a direct channel are found by its two members", async () => {
    const { alice, bob, channel } = await openPair();
    const carol = await register("carol");
    await openDirect(carol, alice);
    await sayAll(alice, channel, ["walnut"]);
    await drained(channel);
    for (const who of [alice, bob]) expect((await search(who, "walnut")).items).toHaveLength(1);
    for (const q of ["walnut", `in:${channel} walnut`, `from:${alice.handle}`, `in:${bob.handle}`]) {
      expect((await search(carol, q)).items, q).toEqual([]);
    }
    expect((await search(carol, "walnut", { channel })).items).toEqual([]);
  });

  test("has its position, also in a thread", async () => {
    const { alice, bob, channel, a, b, epoch } = await openPair();
    const root = await say(a, epoch, "walnut");
    const reply = await say(b, epoch, "walnut in the thread", { thread: root });
    await drained(channel);
    const { items } = await search(bob, "walnut");
    expect(items).toMatchObject([
      { channel, seq: reply, author: bob.id, thread: root },
      { channel, seq: root, author: alice.id, thread: null },
    ]);
  });

  test("a new message is found within half a minute, without another one", async () => {
    const { bob, channel, a, epoch } = await openPair();
    await say(a, epoch, "walnut");
    const found = async () => (await search(bob, "walnut")).items.map(nameOf);
    await expect.poll(found, { timeout: 30_000, interval: 500 }).toEqual([`${channel}.1`]);
  });
});

test("[S97] the marks of an excerpt cover the matches, ascending and without overlap", async () => {
  const { alice, bob, channel } = await openPair();
  await sayAll(alice, channel, [
    `${"before ".repeat(200)}the WALNUT, and a second walnut\n\n  and walnuts ${"after ".repeat(200)}`,
    "👍🏽 그 회의와 회의록, 👨‍👩‍👧‍👦 café 회의",
  ]);
  await drained(channel);
  const marked = ({ excerpt: { text, marks } }: SearchHit) => marks.map(([start, end]) => text.slice(start, end));
  const one = async (q: string): Promise<SearchHit> => {
    const [hit] = (await search(bob, q)).items;
    if (!hit) throw new Error(`${q} was not found`);
    return hit;
  };
  expect(marked(await one("walnut"))).toEqual(["WALNUT", "walnut"]);
  expect(marked(await one("walnut*"))).toEqual(["WALNUT", "walnut", "walnuts"]);
  expect(marked(await one('"second walnut"'))).toEqual(["second walnut"]);
  expect(marked(await one("회의"))).toEqual(["회의", "회의", "회의"]);
  expect(marked(await one("의록 CAFE"))).toEqual(["의록", "café"]);
  expect(marked(await one(`from:${alice.handle}`))).toEqual([]);
  const { excerpt } = await one("walnut second");
  expect([...excerpt.text].length).toBeLessThanOrEqual(242);
  for (const [i, [start, end]] of excerpt.marks.entries()) {
    expect(start).toBeLessThan(end);
    expect(start).toBeGreaterThan(i === 0 ? -1 : (excerpt.marks[i - 1]?.[1] ?? 0));
    expect(end).toBeLessThanOrEqual(excerpt.text.length);
  }
});

test("[S96] a page reveals nothing from before a member joined, not even that there is more", async () => {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [], { history: "joined" });
  const a = await join(alice, channel);
  const epoch = await epochOf(a);
  for (let i = 0; i < 12; i++) await say(a, epoch, `merger ${i}`);
  await drained(channel);
  // The clocks of the directory and the channel may differ by some seconds.
  await new Promise((resolve) => setTimeout(resolve, 5_500));
  await putMember(alice, channel, bob);
  const options = { token: bob.token };
  expect(await call<SearchPage>("/v1/search?q=merger&limit=1", options)).toEqual({ items: [], next: null });
  expect(await call<SearchPage>("/v1/search?q=merger&limit=1&order=relevance", options)).toEqual({
    items: [],
    next: null,
  });
  const byAlice = await say(a, epoch, "merger again");
  await drained(channel);
  expect((await call<SearchPage>("/v1/search?q=merger", options)).items).toMatchObject([{ seq: byAlice }]);
});
