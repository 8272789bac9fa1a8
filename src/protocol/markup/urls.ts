// Finds where an address in a text ends, and says which addresses a message may link to.
import { characterAt, isAttached, isWordCharacter } from "./characters";

interface Address {
  href: string;
  protocol: string;
  host: string;
  hostname: string;
  username: string;
}
/** Every runtime has it, but this folder is compiled without the types of any. */
declare const URL: { parse(address: string): Address | null };

/** Bound: three. */
const SAFE = new Set(["http:", "https:", "mailto:"]);

/** Returns the normalised address; null unless it is absolute and of a safe scheme. */
export function safeHref(address: string): string | null {
  const url = URL.parse(address);
  return url && SAFE.has(url.protocol) ? url.href : null;
}

/** Whether an address has a user name, which may be made to look like a host. */
export const hasUser = (href: string): boolean => (URL.parse(href)?.username ?? "") !== "";

/** Returns the host that an address leads to, in punycode unless it is ASCII. */
export const hostOf = (href: string): string =>
  href.startsWith("mailto:") ? mailHostOf(href) : (URL.parse(href)?.host ?? href);

const mailHostOf = (href: string): string => {
  const [address = ""] = href.slice("mailto:".length).split("?", 1);
  return address.slice(address.lastIndexOf("@") + 1);
};

/** ASCII characters that end an address. Bound: these. */
const ending = new Set([...'"<>`\\^{|}']);
/** ASCII characters that end the host of an address. Bound: these. */
const endingHost = new Set([...",;*!'+&=$~"]);
/** At the end of an address these belong to the sentence or to a mark. Bound: these. */
const trailing = new Set([...".,;:!?'*_~(["]);
const closes: Record<string, string> = { ")": "(", "]": "[" };
/**
 * Behind these a word of an attached script goes on with the address; elsewhere it is a particle.
 * Bound: these.
 */
const continuing = new Set([..."/=-_%#"]);
/** In a query also behind these. Bound: these. */
const continuingQuery = new Set([...continuing, "&", "+"]);
/** Behind a comma or a semicolon another address begins. */
const nextAddress = /https?:\/\/|www\./iy;

/** Longer host names, with their port, do not exist. */
const MAX_HOST = 300;

/**
 * Returns the end of an address. `from` is the position after its scheme, `from` again if there is
 * no host. A closing bracket ends the address unless it has the opening one.
 */
export function endOfAddress(text: string, from: number): number {
  const to = text.length;
  /** The end of the host; the end of the text while it is read. */
  let hostEnd = to;
  const open = { "(": 0, "[": 0 };
  let before = characterAt(text, from - 1);
  let at = from;
  /** Whether a letter of an attached script goes on with the address. */
  let goesOn = true;
  let goOn = continuing;
  while (at < to) {
    const unit = text.charCodeAt(at);
    const character = unit < 0x80 ? text.charAt(at) : characterAt(text, at);
    if (hostEnd === to) {
      // A long text without a host must not be read again and again.
      if (at - from > MAX_HOST || character === "(" || (character === "[" && at > from)) return from;
      if (character === "/" || character === "?" || character === "#") {
        if (URL.parse(`https://${text.slice(from, at)}`) === null) return from;
        hostEnd = at;
      } else if (endingHost.has(character)) break;
    }
    if (unit <= 0x20 || unit === 0x7f || ending.has(character)) break;
    if ((character === "," || character === ";") && beginsAddress(text, at + 1)) break;
    const opening = closes[character] as "(" | "[" | undefined;
    if (opening) {
      if (open[opening] === 0) break;
      open[opening]--;
    } else if (character === "(" || character === "[") open[character]++;
    if (unit < 0x80) {
      if (character === "?") goOn = continuingQuery;
      // A bracket belongs to the word before it: "/wiki/사과(과일)", but not "/a(설명)".
      goesOn = goOn.has(character) || ((character === "(" || character === "[") && goesOn);
    } else if (isAttached(character)) {
      // A dot in a host of such a script is followed by such a script: "http://예시.한국".
      const isNextLabel = before === "." && hostEnd === to && isAttached(characterAt(text, from));
      if (!goesOn && !isNextLabel) break;
      goesOn = true;
    } else if (isWordCharacter(character)) goesOn = false;
    else break;
    before = character;
    at += character.length;
  }
  while (at > from && trailing.has(text.charAt(at - 1))) at--;
  return at;
}

function beginsAddress(text: string, at: number): boolean {
  nextAddress.lastIndex = at;
  return nextAddress.test(text);
}

/** What hides a host name in a label, and what looks like the dot of a host. */
const hidden = /[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu;
const dots = /[。．｡]/gu;
const hostName = /(?:[\p{L}\p{M}\p{N}-]{1,63}\.){1,10}\p{L}[\p{L}\p{M}\p{N}-]{1,62}/gu;

/**
 * Returns the host of a link that must be shown beside its label: the label names a host, and not
 * only the one that the link leads to. Null if it names no other.
 */
export function warningOf(label: string, href: string): string | null {
  const actual = hostOf(href);
  const bare = bareHost(actual);
  const named = label.normalize("NFKC").replace(hidden, "").replace(dots, ".").match(hostName) ?? [];
  const isOther = (name: string) => bareHost(URL.parse(`https://${name}`)?.hostname ?? name) !== bare;
  return named.some(isOther) ? actual : null;
}

const bareHost = (host: string): string => host.replace(/:\d+$/, "").replace(/^www\./, "");
