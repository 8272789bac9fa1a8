// Decides which names look alike, after Unicode's UTS 39: by characters that look alike, in any
// case, in any normal form, with or without spaces. Where two people have such names, their
// handles tell them apart.
import { confusables } from "./confusables";

/** Bound: constant, the entries of Unicode's table. */
let table: ReadonlyMap<string, string> | null = null;

function readTable(): ReadonlyMap<string, string> {
  /** Bound: as `table`. */
  const read = new Map<string, string>();
  let point = 0;
  for (const entry of confusables.split(" ")) {
    const [distance = 0, ...shape] = entry.split(".").map((digits) => Number.parseInt(digits, 36));
    point += distance;
    read.set(String.fromCodePoint(point), String.fromCodePoint(...shape));
  }
  return read;
}

const unseen = /[\s\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

function shapeOf(text: string): string {
  table ??= readTable();
  let shape = "";
  for (const character of text) shape += table.get(character) ?? character;
  return shape;
}

/** Small i and l have the same shape as capital I, in one font or another. */
const foldedShape = (text: string): string =>
  shapeOf(text)
    .toLowerCase()
    .replace(/i\u0307?/g, "l");

/**
 * Returns the keys of a name. Two names look alike if they share a key. The first key ignores case
 * before it compares shapes, so that `МИНА` is alike `Мина`. The second compares the shapes of the
 * capitals, so that a Cyrillic `Н` is alike a Latin `H`. A mark has the same shape on every letter.
 */
export function alikeKeys(name: string): readonly string[] {
  const text = name.normalize("NFKD").replace(unseen, "");
  const [one, other] = [foldedShape(text.toLowerCase()), foldedShape(shapeOf(text).toLowerCase())];
  return one === other ? [one] : [one, other];
}

/** A person with the name that others see. */
export interface NamedPerson {
  id: string;
  name: string;
}

/** Returns the ids of the people whose name looks like the name of another one of them. */
export function alikePeople(people: Iterable<NamedPerson>): Set<string> {
  /** Bound: two keys for each person. */
  const owners = new Map<string, string>();
  /** Bound: the people. */
  const alike = new Set<string>();
  for (const { id, name } of people) {
    for (const key of alikeKeys(name)) {
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, id);
      else if (owner !== id) alike.add(owner).add(id);
    }
  }
  return alike;
}
