// WebKit cancels the subscription of a site after three pushes that show no notification.

/**
 * Returns whether the browser is WebKit, as all browsers on iPhones are. Chromium claims to be
 * WebKit but also names itself.
 */
export const isWebKit = (userAgent: string): boolean =>
  /AppleWebKit\//.test(userAgent) && !/Chrom(e|ium)\//.test(userAgent);
