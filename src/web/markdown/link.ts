// Which addresses a message may link to.
const SAFE = new Set(["http:", "https:", "mailto:"]);

/** Returns the normalised address; null unless it is absolute and of a safe scheme. */
export function safeHref(address: string): string | null {
  const url = URL.parse(address);
  return url && SAFE.has(url.protocol) ? url.href : null;
}

/**
 * Returns whether the label looks like another host than the one that the link leads to. Such a
 * link shows its real host.
 */
export function isMisleading(label: string, href: string): boolean {
  const named = /(?:^|[\s/@])((?:[\p{L}\p{N}-]+\.)+\p{L}{2,})/u.exec(label)?.[1];
  if (named === undefined) return false;
  const claimed = URL.parse(`https://${named}`)?.hostname.replace(/^www\./, "");
  const actual = href.startsWith("mailto:")
    ? href.slice(href.lastIndexOf("@") + 1).replace(/[?].*$/, "")
    : URL.parse(href)?.hostname.replace(/^www\./, "");
  return claimed !== actual;
}

/**
 * Returns the host that a link leads to, as a browser resolves it: in punycode unless it is ASCII.
 */
export const hostOf = (href: string): string => URL.parse(href)?.host || href.replace(/^mailto:/, "");
