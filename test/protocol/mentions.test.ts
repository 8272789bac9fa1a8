import { describe, expect, test } from "vitest";
import { findMentions, handle, isReservedHandle } from "../../src/protocol";

const members = new Map([
  ["alice", "u_alice"],
  ["al.", "u_al"],
  ["here", "u_here"],
  ["channel", "u_channel"],
  ["admin", "u_admin"],
  ["all.", "u_all"],
  ["all-hands", "u_hands"],
]);
const usersIn = (text: string) => findMentions(text, members, false).users;

describe("[S74] a mention", () => {
  test("is the whole handle, or the word before the punctuation", () => {
    expect(usersIn("@alice, @Alice. @alice...")).toEqual(["u_alice"]);
    expect(usersIn("@al.")).toEqual(["u_al"]);
    expect(usersIn("@al")).toEqual([]);
    expect(usersIn("`@alice` @ali.ce x@alice")).toEqual([]);
  });

  test("[S124] of a reserved word is the word, even if an account has it as its handle", () => {
    for (const text of ["@here", "@HERE.", "@channel", "@admin", "@all.", "@all"]) {
      expect(usersIn(text), text).toEqual([]);
    }
    expect(usersIn("@all-hands")).toEqual(["u_hands"]);
    expect(findMentions("@here", members, true)).toEqual({ users: [], all: "here" });
    expect(findMentions("@here @channel", members, true)).toEqual({ users: [], all: "channel" });
    expect(findMentions("@everyone @admin", members, true)).toEqual({ users: [], all: null });
  });
});

describe("[S124] a reserved handle", () => {
  test.each(["here", "channel", "everyone", "all", "admin", "system", "parley"])("is %s in every spelling", (word) => {
    const spellings = [word, word.toUpperCase(), `${word}.`, `${word}_`, `${word[0]}.${word.slice(1)}`, `@${word} `];
    for (const typed of spellings) {
      const read = handle.safeParse(typed);
      expect(!read.success || isReservedHandle(read.data), typed).toBe(true);
    }
  });

  test("is no longer or other word, and other scripts make no handle", () => {
    for (const other of ["alice", "adminette", "all-hands", "here2", "parley-fan"])
      expect(isReservedHandle(other), other).toBe(false);
    // Full width, Cyrillic, Turkish dotted capital I, combining marks, zero width.
    for (const typed of ["ｈｅｒｅ", "аdmin", "ADMİN", "he\u0301re", "he\u200bre"]) {
      expect(handle.safeParse(typed).success, typed).toBe(false);
    }
    // The Kelvin sign folds to "k", before the word is compared.
    expect(handle.parse("\u212air")).toBe("kir");
  });
});
