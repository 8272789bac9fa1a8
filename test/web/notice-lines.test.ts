import { describe, expect, it } from "vitest";
import type { ChannelNotice } from "../../src/sdk";
import { dictionaries } from "../../src/text/dictionary";
import { noticeLines } from "../../src/web/chat/notice-lines";

const { en } = dictionaries;
const names: Record<string, string> = { u_alice: "Alice Liddell", u_bob: "밥 도시락", u_carol: "Carol" };

describe("notices as sentences", () => {
  const context = { me: "u_alice", kind: "group" as const, name: (id: string) => names[id] ?? "?" };
  const joined = (seq: number, actor: string, user: string): ChannelNotice => ({
    seq,
    at: 0,
    actor,
    type: "member.joined",
    data: { user, role: "member" },
  });

  it("name people whom one person added in a row together", () => {
    const lines = noticeLines(
      [joined(1, "u_bob", "u_bob"), joined(2, "u_bob", "u_alice"), joined(3, "u_bob", "u_carol")],
      context,
      en,
      "en",
    );
    expect(lines.map(({ text }) => text)).toEqual(["밥 도시락 joined", "밥 도시락 added Alice Liddell, Carol"]);
  });

  it("distinguish leaving and removal, and me and others", () => {
    const lines = noticeLines(
      [
        { seq: 1, at: 0, actor: "u_bob", type: "member.left", data: { user: "u_bob" } },
        { seq: 2, at: 0, actor: "u_alice", type: "member.left", data: { user: "u_carol" } },
        { seq: 3, at: 0, actor: "u_alice", type: "channel.changed", data: { name: "Dawn", topic: "" } },
      ],
      context,
      en,
      "en",
    );
    expect(lines.map(({ text }) => text)).toEqual([
      "밥 도시락 left",
      "You removed Carol",
      "You changed the group’s details: Dawn",
    ]);
  });
});
