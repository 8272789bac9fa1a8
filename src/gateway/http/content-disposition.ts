// `Content-Disposition` of RFC 6266: whether a browser may show an answer, and the name under which
// it saves it.

/** Characters that RFC 8187 allows in an extended value as they are. */
const isPlain = /[A-Za-z0-9!#$&+.^_`|~-]/;

/** Returns a text as an extended value of RFC 8187. */
export const extendedValue = (text: string): string =>
  `UTF-8''${Array.from(new TextEncoder().encode(text.toWellFormed()), (byte) => {
    const character = String.fromCharCode(byte);
    return isPlain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("")}`;

/**
 * Returns the header. A name that is not plain ASCII is in it twice: as it is, and for old clients
 * with `_` in place of other characters. `%` would be decoded by some of them.
 */
export function contentDisposition(kind: "inline" | "attachment", name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|[%"\\]/gu, "_");
  return `${kind}; filename="${ascii}"${ascii === name ? "" : `; filename*=${extendedValue(name)}`}`;
}
