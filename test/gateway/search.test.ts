// Search: how a query is matched, and paging.
import { describe, expect, test, vi } from "vitest";
import { drained, search, searchAll } from "../support/archive";
import { openDirect, openGroup, type Person, register, request } from "../support/http";
import { openPair, openTrio } from "../support/pair";
import { perform as performAll } from "../support/poll";
import { composedAt } from "../support/socket";
import { nameOf, sayAll } from "./search-support";

vi.setConfig({ testTimeout: 60_000 });

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
    // The archive ranks what is older than its lag.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 90_000 });
    const best = await search(bob, "walnut", { order: "relevance", limit: 5 });
    vi.useRealTimers();
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
