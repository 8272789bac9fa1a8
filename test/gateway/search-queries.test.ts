// Odd search queries: none is an error, and each finds what it may mean.
import { describe, expect, test, vi } from "vitest";
import { drained, search } from "../support/archive";
import { call, request } from "../support/http";
import { openPair } from "../support/pair";
import { sayAll } from "./search-support";

vi.setConfig({ testTimeout: 60_000 });

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
      "a".repeat(4_096),
    ],
    ...["회".repeat(1_000), '"'.repeat(500), "a ".repeat(2_048), '"a '.repeat(90), "x* ".repeat(100), "🙂".repeat(300)],
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

  test("but one of more than 4,096 characters is", async () => {
    const { alice } = await openPair();
    expect((await request(`/v1/search?q=${"a".repeat(4_097)}`, { token: alice.token })).status).toBe(400);
    const body = { q: "a".repeat(4_097) };
    expect((await request("/v1/search", { method: "POST", token: alice.token, body })).status).toBe(400);
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
