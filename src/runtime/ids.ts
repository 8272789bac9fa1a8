// Ids of entities. They begin with the time, so that they sort by age. 50 random bits follow, so
// that they can neither be guessed nor collide.
const RANDOM_CHARS = 10;
const TIME_CHARS = 9;

export type EntityPrefix = "u" | "c" | "s" | "p" | "g" | "r" | "k";

export function newId<P extends EntityPrefix>(prefix: P, now: number): `${P}_${string}` {
  return `${prefix}_${now.toString(36).padStart(TIME_CHARS, "0")}${randomBase36(RANDOM_CHARS)}`;
}

/** Returns random characters of 0-9 and a-z, uniformly distributed. */
export function randomBase36(length: number): string {
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      // 252 is the largest multiple of 36 in a byte. Higher values would favour the low characters.
      if (byte < 252 && text.length < length) text += (byte % 36).toString(36);
    }
  }
  return text;
}
