import { describe, expect, test } from "vitest";
import { displayName } from "../../src/protocol";
import { alikeKeys, alikePeople } from "../../src/text/alike-names";

const areAlike = (one: string, other: string): boolean => alikeKeys(one).some((key) => alikeKeys(other).includes(key));

/** Names that a person cannot tell from the first one. */
const alike = ["Minji Kim", "Min\u200bji Kim", "Minji K\u0456m", "Minji\u00adKim", "Minji Kim\u200f"];

describe("[S160] names look alike", () => {
  test("all of a set that differs only by what cannot be seen", () => {
    const people = alike.map((name, at) => ({ id: `u_${at}`, name: displayName.parse(name) }));
    expect([...alikePeople([...people, { id: "u_other", name: "Minjun Kim" }])].sort()).toEqual(
      people.map(({ id }) => id),
    );
  });

  test.each([
    ["Minji Kim", "MINJI KIM"],
    ["Minji Kim", "Ｍｉｎｊｉ　Ｋｉｍ"],
    ["Minji Kim", "𝓜𝓲𝓷𝓳𝓲 𝐊𝐢𝐦"],
    ["Minji Kim", "Мinji Кim"],
    ["minji", "мinji".replace("м", "М")],
    ["Paul", "PauI"],
    ["Paul", "Pau1"],
    ["Paul", "Pau|"],
    ["Helen", "Неlеn"],
    ["KIM", "К\u0406М"],
    ["Sophia", "Ѕорһіа"],
    ["Наташа", "НАТАША"],
    ["Otto", "0tt0"],
    ["Otto", "Οττο".replace(/τ/g, "t")],
    ["Marn", "Mam"],
    ["Zoë", "Zoe\u0308"],
    ["김민수", "김민수".normalize("NFD")],
    ["김민수", "김 민수"],
    ["ﬁona", "fiona"],
    ["가나ー", "가나一"],
    ["Kim\u2010Lee", "Kim-Lee"],
    ["👩🏽 Ann", "👩🏿 Ann".replace("🏿", "🏽")],
  ])("%s and %s", (one, other) => {
    expect(areAlike(one, other)).toBe(true);
  });

  test.each([
    ["Minji Kim", "Minjin Kim"],
    ["Van", "Nan"],
    ["김민수", "김민서"],
    ["山田", "山口"],
    ["Ann", "Anna"],
    ["さとう", "サトウ"],
    ["Zoë", "Zoe"],
  ])("but not %s and %s", (one, other) => {
    expect(areAlike(one, other)).toBe(false);
  });

  test("one person with a name twice is alone", () => {
    const ann = { id: "u_1", name: "Ann" };
    expect([...alikePeople([ann, ann, { id: "u_2", name: "Bob" }])]).toEqual([]);
  });
});
