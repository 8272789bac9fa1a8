// Whom a text mentions.
import { describe, expect, test } from "vitest";
import { findMentions } from "../../../src/protocol";

const members = new Map(["bob", "bob.lee", "minji", "a", "b-c"].map((handle) => [handle, handle]));
const find = (text: string) => findMentions(text, members, true);

describe("[S157] a mention", () => {
  test.each([
    ["자료는@bob 에게", ["bob"]],
    ["안녕@bob님", ["bob"]],
    ["交给@bob处理", ["bob"]],
    ["_@bob_ 확인", ["bob"]],
    ["**@bob**님 ~~@minji~~", ["bob", "minji"]],
    ['(@bob) "@minji" cc:@bob', ["bob", "minji"]],
    ["물어봐 @bob. 그리고 @bob... 어때", ["bob"]],
    ["@bob.lee. 안녕", ["bob.lee"]],
    ["@bob.Thanks", ["bob"]],
    ["@bob-님", ["bob"]],
    ["@bob@minji", ["bob", "minji"]],
    ["- @bob\n- @minji", ["bob", "minji"]],
    ["a@bob.example foo@bob naïve@bob", []],
    ["@bobby @bob-lee @bob_lee @minjié", []],
    // A sign between two mentions, at the start of a line, and at the end of a sentence.
    ["@bob/@minji @a-@b-c, @bob.@minji", ["bob", "minji", "a", "b-c"]],
    ["-@bob 자료\n-@minji 발표", ["bob", "minji"]],
    ["음...@bob 님, 확인했어요.@minji", ["bob", "minji"]],
    ["담당-@bob", ["bob"]],
    ["me-@bob v1.@bob x/@bob /@bob ../@bob \\\\@bob @@bob", []],
    ["> @bob 이렇게 썼네\n맞아", []],
    ["> @bob\n@minji", ["minji"]],
    ["~~~\n@bob\n~~~", []],
    ["```\n@bob\n```", []],
    ["`여러\n@bob 줄`", []],
    ["https://example.com/?by=@bob", []],
    ["[@bob](https://example.com)", []],
    ["세 개는 ``` 이고 @bob", ["bob"]],
  ])("in %j", (text, users) => {
    expect(find(text).users).toEqual(users);
  });

  test("of everyone stays out of quotes, and never mentions an account with that handle", () => {
    const withOld = new Map([...members, ["channel", "u_old"]]);
    expect(find("> @channel 점검").all).toBeNull();
    expect(findMentions("@channel 5분 뒤 점검", withOld, true)).toEqual({ users: [], all: "channel" });
    expect(findMentions("@channel 5분 뒤 점검", withOld, false)).toEqual({ users: [], all: null });
  });
});
