import { describe, expect, it } from "vitest";
import { iconTone } from "../../src/protocol";
import { dictionaries } from "../../src/text/dictionary";
import { faceOf, nameOf } from "../../src/web/people/channel-face";
import { foldHandle, withoutAt } from "../../src/web/people/handle";
import { initialOf } from "../../src/web/people/initials";
import { deviceName } from "../../src/web/settings/device-name";
import { exportName } from "../../src/web/settings/export-name";

const { en, ko } = dictionaries;

describe("people and devices", () => {
  it('have handles with or without an "@"', () => {
    expect(foldHandle(" @Alice ")).toBe("alice");
    expect(withoutAt("@@alice")).toBe("alice");
  });

  it("have the first grapheme of the name as initial", () => {
    expect(initialOf("alice")).toBe("A");
    expect(initialOf(" 김민아")).toBe("김");
    expect(initialOf("👩‍🚀 Ada")).toBe("👩‍🚀");
    expect(initialOf("")).toBe("?");
  });

  it("always have the same tone", () => {
    expect(iconTone("u_alice")).toBe(iconTone("u_alice"));
    for (const id of ["u_1", "u_2", "", "u_zzz"]) expect(iconTone(id)).toBeLessThan(8);
  });

  it("have a name by their user agent", () => {
    const chrome = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36";
    expect(deviceName(chrome)).toBe("Chrome · Windows");
    expect(deviceName("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1")).toBe(
      "Safari · iPhone",
    );
    expect(deviceName("parley-bot/1.2")).toBe("parley-bot/1.2");
    expect(deviceName(" ")).toBeNull();
  });

  it("without an account have neither name nor handle", () => {
    const gone = { id: "u_bob", handle: "", name: "" };
    const entry = {
      ...{ id: "c_1", kind: "direct" as const, name: "", topic: "", history: "all" as const, createdBy: "u_alice" },
      members: [{ id: "u_alice", handle: "alice", name: "Alice" }, gone],
      roster: [],
      row: {
        channel: "c_1",
        epochNumber: 1,
        head: 0,
        preview: null,
        read: 0,
        unreadFrom: null,
        unread: 0,
        mentions: 0,
        at: 0,
      },
      isUnread: false,
      isMentioned: false,
      pending: [],
      mutedUntil: 0,
      level: "all" as const,
    };
    expect(faceOf(entry, "u_alice", en)).toMatchObject({ name: "Deleted account", handle: null, isGone: true });
    expect(nameOf(entry.members, "u_bob", ko)).toBe("삭제된 계정");
    expect(nameOf(entry.members, "u_carol", en)).toBe("Unknown person");
  });

  it("have an export named after handle and day", () => {
    expect(exportName("alice", new Date(2026, 0, 9, 23, 59).getTime())).toBe("parley-export-alice-2026-01-09.json");
  });
});
