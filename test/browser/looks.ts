// The sizes and colour schemes in which the page is checked, and what is checked in each.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const everyLook = [
  { name: "desktop-light", viewport: { width: 1440, height: 900 }, colorScheme: "light" },
  { name: "desktop-dark", viewport: { width: 1440, height: 900 }, colorScheme: "dark" },
  { name: "phone-light", viewport: { width: 390, height: 844 }, colorScheme: "light", hasTouch: true },
  {
    name: "phone-dark-korean",
    viewport: { width: 390, height: 844 },
    colorScheme: "dark",
    hasTouch: true,
    locale: "ko-KR",
  },
] as const;

/** In CI the two looks that have every size, colour scheme and language between them. */
export const looks = everyLook.filter((_, at) => !process.env.CI || at === 0 || at === everyLook.length - 1);

/**
 * Returns the accessibility faults of a page. With `part`, a CSS selector, only those of that part,
 * without the rules about the page as a whole.
 */
export async function accessibilityFaults(page: Page, part?: string): Promise<string[]> {
  const axe = new AxeBuilder({ page });
  if (part !== undefined) axe.include(part).disableRules("landmark-one-main");
  const { violations } = await axe.analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" ")}`);
}

/** Returns by how many pixels a page is wider than its window. */
export const overflow = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
