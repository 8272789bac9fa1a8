import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nonceSearchStart } from "../../src/domain/append";
import type { CommandContent } from "../../src/domain/log";
import { limits, namedRoles, noMentions } from "../../src/protocol";
import { EPOCH, edit, on, PlainLog, play, position, react, remove, send, unreact } from "./support";

const alice = { user: "u_alice" };
const bob = { user: "u_bob" };
const refused = (code: string) => expect.objectContaining({ code });

/** A message without mentions that is neither a reply nor in a thread. */
const plain = (text: string) => ({
  kind: "send",
  parts: { text, attachments: [] },
  mentions: noMentions,
  replyTo: null,
  threadUpdate: null,
  toChannel: false,
  forwarded: false,
  files: [],
});

/** Alice's "hello" at seq 1, sent with nonce `a`. */
function logWithHello(): PlainLog {
  const log = new PlainLog();
  play(log, alice, "a", send("hello"));
  return log;
}

describe("a send", () => {
  test("appends its text", () => {
    expect(play(new PlainLog(), alice, "a", send("hello"))).toEqual(plain("hello"));
  });

  test("[S25] that is repeated gets the first answer", () => {
    const log = logWithHello();
    expect(play(log, alice, "a", send("hello"))).toEqual({ kind: "known", seq: 1, at: 1_000 });
    expect(log.head).toBe(1);
  });

  test("[S26] with another text under the same nonce is a conflict", () => {
    expect(() => play(logWithHello(), alice, "a", send("hello!"))).toThrow(refused("nonce_conflict"));
  });

  test("[S29] of another user with the same nonce is another message", () => {
    expect(play(logWithHello(), bob, "a", send("hello"))).toEqual(plain("hello"));
  });

  test("[S25] that is repeated after an edit gets the first answer, and the edited text is a conflict", () => {
    const log = logWithHello();
    play(log, alice, "b", edit(1, "hello, bob"));
    expect(play(log, alice, "a", send("hello"))).toEqual({ kind: "known", seq: 1, at: 1_000 });
    expect(() => play(log, alice, "a", send("hello, bob"))).toThrow(refused("nonce_conflict"));
  });

  test("[S25] that is repeated after two edits and a deletion does not restore the message", () => {
    const log = logWithHello();
    play(log, alice, "b", edit(1, "second"));
    play(log, alice, "c", edit(1, "third"));
    play(log, alice, "d", remove(1));
    expect(play(log, alice, "a", send("hello"))).toEqual({ kind: "known", seq: 1, at: 1_000 });
    expect(() => play(log, alice, "a", send(""))).toThrow(refused("nonce_conflict"));
    expect(log.head).toBe(4);
  });

  test("[S26] with the nonce of an edit or a deletion is a conflict", () => {
    const log = logWithHello();
    play(log, alice, "b", edit(1, "hello, bob"));
    play(log, alice, "c", remove(1));
    for (const nonce of ["b", "c"])
      expect(() => play(log, alice, nonce, send("hello, bob"))).toThrow(refused("nonce_conflict"));
  });
});

describe("an edit", () => {
  test("carries the digests of its text and of the sent text", () => {
    const outcome = play(logWithHello(), alice, "b", edit(1, "hello, bob"));
    const expected = {
      kind: "edit",
      target: 1,
      parts: { text: "hello, bob", attachments: [] },
      mentions: noMentions,
      mentionsBefore: noMentions,
      digest: "digest of hello, bob",
      sentDigest: "digest of hello",
      dropped: [],
    };
    expect(outcome).toEqual(expected);
  });

  test("[S34] is permitted to the author only, for every role", () => {
    for (const role of ["owner", "admin", "member"] as const) {
      for (const kind of ["direct", "group"] as const) {
        expect(() => play(logWithHello(), { ...bob, role, kind }, "b", edit(1, "mine"))).toThrow(refused("forbidden"));
      }
    }
  });

  test("[S25] that is repeated after a later edit gets its own seq and changes nothing", () => {
    const log = logWithHello();
    play(log, alice, "b", edit(1, "second"));
    play(log, alice, "c", edit(1, "third"));
    expect(play(log, alice, "b", edit(1, "second"))).toEqual({ kind: "known", seq: 2, at: 2_000 });
    expect(log.message(1)).toMatchObject({ state: "live", parts: { text: "third" } });
  });

  test("[S25] that is repeated after the deletion gets its first answer, [S34] and another edit is refused", () => {
    const log = logWithHello();
    play(log, alice, "b", edit(1, "second"));
    play(log, alice, "c", remove(1));
    expect(play(log, alice, "b", edit(1, "second"))).toEqual({ kind: "known", seq: 2, at: 2_000 });
    expect(() => play(log, alice, "d", edit(1, "third"))).toThrow(refused("message_deleted"));
  });

  test("[S26] with another target or text under the same nonce is a conflict", () => {
    const log = logWithHello();
    play(log, alice, "x", send("other"));
    play(log, alice, "b", edit(1, "second"));
    expect(() => play(log, alice, "b", edit(2, "second"))).toThrow(refused("nonce_conflict"));
    expect(() => play(log, alice, "b", edit(1, "third"))).toThrow(refused("nonce_conflict"));
  });

  test.each([0, 2, 9])("of seq %i, which is not a message, is not_found", (seq) => {
    const log = logWithHello();
    play(log, alice, "b", edit(1, "second"));
    expect(() => play(log, alice, "c", edit(seq, "third"))).toThrow(refused("not_found"));
  });
});

describe("a deletion", () => {
  test("keeps the digest of the sent text, not of the last text", () => {
    const log = logWithHello();
    expect(play(log, alice, "b", edit(1, "second"))).toMatchObject({ sentDigest: "digest of hello" });
    expect(play(log, alice, "c", remove(1))).toEqual({
      kind: "delete",
      target: 1,
      sentDigest: "digest of hello",
      threadUpdate: null,
      dropped: [],
    });
  });

  test("[S34] of a deleted message appends nothing and answers the entry that deleted it", () => {
    const log = logWithHello();
    play(log, alice, "b", remove(1));
    expect(play(log, alice, "c", remove(1))).toEqual({ kind: "known", seq: 2, at: 2_000 });
    expect(play(log, alice, "b", remove(1))).toEqual({ kind: "known", seq: 2, at: 2_000 });
  });

  test("[S34] in a direct channel is permitted to the author only", () => {
    for (const role of ["owner", "admin", "member"] as const) {
      expect(() => play(logWithHello(), { ...bob, role }, "b", remove(1))).toThrow(refused("forbidden"));
    }
  });

  test("in a group is permitted to the author and to managers", () => {
    const group = { ...bob, kind: "group" } as const;
    expect(() => play(logWithHello(), group, "b", remove(1))).toThrow(refused("forbidden"));
    expect(play(logWithHello(), { ...group, role: "admin" }, "b", remove(1))).toMatchObject({ kind: "delete" });
    expect(play(logWithHello(), { ...group, role: "owner" }, "b", remove(1))).toMatchObject({ kind: "delete" });
  });

  test("[S26] of another message under the same nonce is a conflict", () => {
    const log = logWithHello();
    play(log, alice, "x", send("other"));
    play(log, alice, "b", remove(1));
    expect(() => play(log, alice, "b", remove(2))).toThrow(refused("nonce_conflict"));
  });
});

describe("the search for an earlier use of a nonce", () => {
  test("begins at the command's cursor", () => {
    expect(nonceSearchStart(logWithHello(), position(EPOCH, 1))).toBe(1);
  });

  test("[S25] begins at the first entry for a cursor of another epoch", () => {
    expect(nonceSearchStart(logWithHello(), position("another", 1))).toBe(0);
  });

  test("never begins after the head", () => {
    expect(nonceSearchStart(logWithHello(), position(EPOCH, 99))).toBe(1);
  });
});

test("[S25] repeats of commands at any later time do not change the log", () => {
  const text = fc.constantFrom("one", "two", "three");
  const seq = fc.integer({ min: 1, max: 6 });
  const emoji = fc.constantFrom("👍", "🎉");
  const place = fc.oneof(
    fc.constant({}),
    seq.map((replyTo) => ({ replyTo })),
    seq.map((thread) => ({ thread })),
  );
  const command: fc.Arbitrary<CommandContent> = fc.oneof(
    fc.tuple(text, place).map(([said, on]) => send(said, on)),
    fc.tuple(seq, text).map(([target, said]) => edit(target, said)),
    seq.map(remove),
    fc.tuple(seq, emoji).map(([target, shown]) => react(target, shown)),
    fc.tuple(seq, emoji).map(([target, shown]) => unreact(target, shown)),
    fc
      .tuple(fc.constantFrom("message.pin", "message.unpin", "thread.follow", "thread.unfollow"), seq)
      .map(([type, target]) => on(type, target)),
  );
  const step = fc.record({ who: fc.constantFrom(alice, bob), command, repeats: fc.array(fc.nat(), { maxLength: 3 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 15 }), (steps) => {
      const once = new PlainLog();
      const often = new PlainLog();
      steps.forEach(({ who, command: asked, repeats }, i) => {
        const made = attempt(once, who, String(i), asked);
        attempt(often, who, String(i), asked);
        for (const back of repeats) {
          const j = back % (i + 1);
          const earlier = steps[j];
          // A refused command made no entry. Every other command must get its first answer.
          if (earlier && often.prior(earlier.who.user, String(j))) {
            expect(attempt(often, earlier.who, String(j), earlier.command)).toBe("known");
          }
        }
        expect(often.entries, made).toEqual(once.entries);
        expect(often.around).toEqual(once.around);
      });
    }),
  );
});

function attempt(log: PlainLog, who: { user: string }, nonce: string, command: CommandContent): string {
  try {
    return play(log, who, nonce, command).kind;
  } catch {
    return "refused";
  }
}

describe("[S125] the mentions of a message", () => {
  const handles = Array.from({ length: limits.mentionsPerMessage + 1 }, (_, i) => `person${i}`);
  const group = {
    ...alice,
    kind: "group",
    members: new Map(handles.map((handle) => [handle, `u_${handle}`])),
  } as const;
  const mentioning = (count: number) =>
    handles
      .slice(0, count)
      .map((handle) => `@${handle}`)
      .join(" ");
  const most = mentioning(limits.mentionsPerMessage);
  const tooMany = mentioning(limits.mentionsPerMessage + 1);

  test("are limited for members who may not mention everyone, in channel and thread", () => {
    const log = new PlainLog();
    play(log, group, "a", send(`${most} ${most}`));
    expect(() => play(log, group, "b", send(tooMany))).toThrow(refused("too_many_mentions"));
    expect(() => play(log, group, "c", send(tooMany, { thread: 1 }))).toThrow(refused("too_many_mentions"));
    expect(() => play(log, group, "d", send(tooMany, { replyTo: 1 }))).toThrow(refused("too_many_mentions"));
    expect(log.head).toBe(1);
  });

  test("[S198] count a role once, however many have it", () => {
    const log = new PlainLog();
    const names = Array.from({ length: limits.mentionsPerMessage + 1 }, (_, i) => `Crew ${i}!`);
    const users = ["u_bob", "u_carol"];
    const roles = namedRoles(names.map((name) => ({ id: `r_${name}`, name, mentionable: true, users })));
    const text = (count: number) =>
      names
        .slice(0, count)
        .map((name) => `@${name}`)
        .join(" ");
    const sent = play(log, { ...group, roles }, "a", send(text(limits.mentionsPerMessage)));
    expect(sent).toMatchObject({ mentions: { users, roles: names.slice(0, -1).map((name) => `r_${name}`) } });
    expect(() => play(log, { ...group, roles }, "b", send(text(names.length)))).toThrow(refused("too_many_mentions"));
  });

  test("are limited in an edit too", () => {
    const log = new PlainLog();
    play(log, group, "a", send("hello"));
    expect(() => play(log, group, "b", edit(1, tooMany))).toThrow(refused("too_many_mentions"));
    play(log, group, "c", edit(1, most));
    expect(log.head).toBe(2);
  });

  test("are not limited for owners and admins, and a repeat after a demotion gets its first answer", () => {
    const log = new PlainLog();
    play(log, { ...group, role: "owner" }, "a", send(tooMany));
    expect(play(log, { ...group, role: "admin" }, "b", edit(1, `${tooMany}!`))).toMatchObject({ kind: "edit" });
    expect(play(log, group, "a", send(tooMany))).toEqual({ kind: "known", seq: 1, at: 1_000 });
  });
});
