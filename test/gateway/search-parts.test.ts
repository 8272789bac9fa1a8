// A search over HTTP: parts of names, what is left out, the days of a zone, and messages that were
// indexed by the earlier rules.
import { describe, expect, test, vi } from "vitest";
import { earlierTermsOf } from "../../src/domain/earlier-search-terms";
import { command, databases, drained, ownArchive, searchAll } from "../support/archive";
import { openGroup, type Person, register, request } from "../support/http";
import { sayAll } from "./search-support";

vi.setConfig({ testTimeout: 60_000 });

const texts = [
  "final_report_v2.pdf 올렸어요",
  "deploy_prod 실패",
  "https://build.example.com/my_artifact/9",
  "C# 은 어렵다",
  "C is old",
  "🇺🇰🇷🇪",
  "🇰🇷 팀",
  "1 하나",
  "10,000원 입금",
  "신규API문서를공유합니다",
  "don’t panic",
] as const;
type Text = (typeof texts)[number];

/** Queries with the messages that they find. */
const queries: [string, Text[]][] = [
  ...["report", '"report v2"', "v2", "final_report_v2", "fin*"].map((q): [string, Text[]] => [q, [texts[0]]]),
  ...["prod", "deploy", "deploy_prod"].map((q): [string, Text[]] => [q, [texts[1]]]),
  ...["artifact", "build.example"].map((q): [string, Text[]] => [q, [texts[2]]]),
  ["C#", [texts[3]]],
  ["c -c#", [texts[4]]],
  ["🇰🇷", [texts[6]]],
  ["🇺🇰", [texts[5]]],
  ["1️⃣", []],
  ["10000", [texts[8]]],
  ["10,000", [texts[8]]],
  ...["API", "api문서", "문서 신규"].map((q): [string, Text[]] => [q, [texts[9]]]),
  ...["don't", "“don’t panic”"].map((q): [string, Text[]] => [q, [texts[10]]]),
];

const found = async (who: Person, q: string, options: object = {}) =>
  (await searchAll(who, q, options)).map(({ excerpt }) => excerpt.text).sort();

/** Gives each archived message the index that the earlier rules gave it. */
async function indexByEarlierRules(channel: string, seqs: ReadonlyMap<string, number>): Promise<void> {
  const { tokens } = ownArchive();
  const tokenOf = (term: string): string =>
    /terms : "(\S+)"/.exec(tokens.matchOf({ terms: [term], isPrefix: false }))?.[1] ?? "";
  for (const [text, seq] of seqs) {
    const terms = earlierTermsOf(text).map(tokenOf).join(" ");
    for (const database of databases) {
      await database
        .prepare("UPDATE archive SET terms = ?1, starts = '' WHERE channel = ?2 AND seq = ?3")
        .bind(terms, channel, seq)
        .run();
    }
  }
}

async function open() {
  const [alice, bob] = [await register("alice"), await register("bob")];
  const channel = await openGroup(alice, [bob], { name: "C# 개발_팀" });
  const seqs = await sayAll(alice, channel, texts);
  await drained(channel);
  return { alice, bob, channel, seqs };
}

describe("[S161] a search", () => {
  test("finds parts of names, numbers, flags and words of mixed scripts", async () => {
    const { bob } = await open();
    for (const [q, right] of queries) expect([q, await found(bob, q)]).toEqual([q, [...right].sort()]);
    expect(await found(bob, "10000", { order: "relevance" })).toEqual([texts[8]]);
  });

  test("leaves out words, authors and channels", async () => {
    const { alice, bob, channel } = await open();
    await sayAll(bob, channel, ["deploy_dev 성공"]);
    const other = await openGroup(bob, [alice], { name: "#소식" });
    await sayAll(bob, other, ["deploy 소식"]);
    for (const each of [channel, other]) await drained(each);
    const right: [string, string[]][] = [
      ["deploy", ["deploy_dev 성공", "deploy_prod 실패", "deploy 소식"]],
      ["deploy -prod", ["deploy_dev 성공", "deploy 소식"]],
      ['deploy -"dev 성공" -소식', ["deploy_prod 실패"]],
      [`deploy -from:${bob.handle}`, ["deploy_prod 실패"]],
      ["deploy -from:me", ["deploy_dev 성공", "deploy 소식"]],
      ["deploy -from:nobody_at_all", ["deploy_dev 성공", "deploy_prod 실패", "deploy 소식"]],
      ["deploy in:#C#", ["deploy_dev 성공", "deploy_prod 실패"]],
      ['deploy in:"c# 개발_팀"', ["deploy_dev 성공", "deploy_prod 실패"]],
      ["deploy in:#소식", ["deploy 소식"]],
      ["deploy in:소식", ["deploy 소식"]],
      ["deploy -in:소식", ["deploy_dev 성공", "deploy_prod 실패"]],
      ["deploy -in:C#", ["deploy 소식"]],
      ["-prod in:C# -from:me", ["deploy_dev 성공"]],
    ];
    for (const [q, texts_] of right) expect([q, await found(alice, q)]).toEqual([q, texts_.sort()]);
  });

  test("finds a message that was indexed by the earlier rules, and all its parts after a rebuild", async () => {
    const { bob, channel, seqs } = await open();
    await indexByEarlierRules(channel, seqs);
    const before: [string, Text[]][] = [
      ["final_report_v2", [texts[0]]],
      ["final_report_v2.pdf", [texts[0]]],
      ["deploy_prod", [texts[1]]],
      ["build.example", [texts[2]]],
      ["C#", [texts[3]]],
      ["c -c#", [texts[4]]],
      ["🇰🇷", [texts[6]]],
      ["1️⃣", []],
      ["10,000", [texts[8]]],
      ["문서 신규", [texts[9]]],
      // Not before the rebuild.
      ["report", []],
      ["10000", []],
    ];
    // Later, when the channel leaves these messages to the archive.
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 30_000 });
    for (const [q, right] of before) expect([q, await found(bob, q)]).toEqual([q, right]);
    vi.useRealTimers();
    await command(channel, { do: "rebuild" });
    await drained(channel);
    for (const [q, right] of queries) expect([q, await found(bob, q)]).toEqual([q, [...right].sort()]);
  });
});

test("[S162] a search takes the name of a time zone, in a body and in a URL", async () => {
  const { bob } = await open();
  const asked = (path: string, sent: object = {}) => request(path, { token: bob.token, ...sent });
  const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
  const query = { q: `deploy before:${tomorrow}`, zone: "America/New_York" };
  const answers = [
    await asked("/v1/search", { method: "POST", body: query }),
    await asked(`/v1/search?${new URLSearchParams(query)}`),
    await asked(`/v1/search?${new URLSearchParams({ ...query, zone: "-300" })}`),
  ];
  for (const answer of answers) expect(await answer.json()).toMatchObject({ items: [{ excerpt: { text: texts[1] } }] });
  for (const zone of ["Europe/Atlantis", "900"]) {
    const answer = await asked(`/v1/search?${new URLSearchParams({ ...query, zone })}`);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code: "invalid" }]);
  }
});
