// WebKit takes all subscriptions away from a site that shows nothing for a push, three times over.

/** Every browser of Apple's phones is one; Chromium says the same of itself, and its own name. */
export const isWebKit = (userAgent: string): boolean =>
  /AppleWebKit\//.test(userAgent) && !/Chrom(e|ium)\//.test(userAgent);
