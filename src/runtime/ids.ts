// Ids of entities. They begin with the time, so that they sort by age. 50 random bits follow, so
// that they can neither be guessed nor collide.
import { BASE58 } from "../protocol";

const RANDOM_CHARS = 10;
const TIME_CHARS = 9;

export type EntityPrefix = "u" | "c" | "s" | "p" | "g" | "r" | "k" | "x" | "f" | "l";

export function newId<P extends EntityPrefix>(prefix: P, now: number): `${P}_${string}` {
  return `${prefix}_${now.toString(36).padStart(TIME_CHARS, "0")}${randomBase36(RANDOM_CHARS)}`;
}

const BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Returns random characters of 0-9 and a-z, uniformly distributed. */
export const randomBase36 = (length: number): string => randomText(BASE36, length);

/** Returns the id of a new ticket: 67 bits, so that two never share one. */
export const newTicketId = (): string => randomBase36(13);

/** The length of an invite's code: 58 bits, so that nobody can guess one. */
const INVITE_CHARS = 10;

/** Returns the code of a new invite. */
export const newInviteCode = (): string => randomText(BASE58, INVITE_CHARS);

/** Returns random characters of an alphabet of at most 256, uniformly distributed. */
function randomText(alphabet: string, length: number): string {
  // The largest multiple of the alphabet in a byte. Higher values would favour its beginning.
  const limit = 256 - (256 % alphabet.length);
  let text = "";
  while (text.length < length) {
    for (const byte of crypto.getRandomValues(new Uint8Array(length * 2))) {
      if (byte < limit && text.length < length) text += alphabet.charAt(byte % alphabet.length);
    }
  }
  return text;
}
