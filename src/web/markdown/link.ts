// Which addresses a message may link to.
const SAFE = new Set(["http:", "https:", "mailto:"]);

/** The address in its normal form, or null where it is not an absolute one of a safe kind. */
export function safeHref(address: string): string | null {
  const url = URL.parse(address);
  return url && SAFE.has(url.protocol) ? url.href : null;
}

/** Whether what is written looks like another host than where the link goes: such a link shows its real one. */
export function isMisleading(label: string, href: string): boolean {
  const named = /(?:^|[\s/@])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/u.exec(label)?.[1];
  if (named === undefined) return false;
  const claimed = URL.parse(`https://${named}`)?.hostname.replace(/^www\./, "");
  const actual = href.startsWith("mailto:")
    ? href.slice(href.lastIndexOf("@") + 1).replace(/[?].*$/, "")
    : URL.parse(href)?.hostname.replace(/^www\./, "");
  return claimed !== actual;
}

/** The host a link goes to, in the form a browser resolves: punycode where it is not ASCII. */
export const hostOf = (href: string): string => URL.parse(href)?.host || href.replace(/^mailto:/, "");
