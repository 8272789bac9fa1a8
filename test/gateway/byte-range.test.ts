// The ranges that requests of files ask for, and the names under which files are saved.
import { describe, expect, test } from "vitest";
import { readRange } from "../../src/gateway/http/byte-range";
import { contentDisposition, extendedValue } from "../../src/gateway/http/content-disposition";

describe("[S237] a range of a file of 100 bytes", () => {
  test.each([
    [undefined, "whole"],
    ["bytes=0-", { from: 0, to: 99 }],
    ["bytes=0-0", { from: 0, to: 0 }],
    ["bytes=10-19", { from: 10, to: 19 }],
    ["bytes=99-", { from: 99, to: 99 }],
    ["bytes=90-1000", { from: 90, to: 99 }],
    ["bytes=-1", { from: 99, to: 99 }],
    ["bytes=-100", { from: 0, to: 99 }],
    ["bytes=-1000", { from: 0, to: 99 }],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=100-", "unsatisfiable"],
    ["bytes=100-200", "unsatisfiable"],
    ["bytes=99999999999999999999-", "unsatisfiable"],
    ["bytes=20-10", "whole"],
    ["bytes=0-1,5-6", "whole"],
    ["bytes=-", "whole"],
    ["bytes=a-b", "whole"],
    ["bytes=1-2x", "whole"],
    ["bytes 0-1", "whole"],
    ["items=0-1", "whole"],
    ["", "whole"],
    [" BYTES = 1 - 2 ", { from: 1, to: 2 }],
  ])("%j is %j", (header, expected) => {
    expect(readRange(header, 100)).toEqual(expected);
  });
});

describe("[S236] the name under which a file is saved", () => {
  test.each([
    ["photo.jpg", 'attachment; filename="photo.jpg"'],
    ["two words.txt", 'attachment; filename="two words.txt"'],
    ['a"b\\c.txt', `attachment; filename="a_b_c.txt"; filename*=UTF-8''a%22b%5Cc.txt`],
    ["100%.txt", `attachment; filename="100_.txt"; filename*=UTF-8''100%25.txt`],
    ["사진.png", `attachment; filename="__.png"; filename*=UTF-8''%EC%82%AC%EC%A7%84.png`],
    ["🎉.gif", `attachment; filename="_.gif"; filename*=UTF-8''%F0%9F%8E%89.gif`],
    ["a\r\nb", `attachment; filename="a__b"; filename*=UTF-8''a%0D%0Ab`],
  ])("of %j", (name, expected) => {
    expect(contentDisposition("attachment", name)).toBe(expected);
  });

  test("has every other character in percent signs", () => {
    expect(extendedValue("a*b'c(d)e;f,g/h")).toBe("UTF-8''a%2Ab%27c%28d%29e%3Bf%2Cg%2Fh");
    expect(extendedValue("\ud800")).toBe("UTF-8''%EF%BF%BD");
  });
});
