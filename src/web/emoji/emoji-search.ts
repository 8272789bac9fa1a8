import type { Emoji } from "./names";

/**
 * Returns the emoji whose names match the typed text, in either language. Names that begin with the
 * text come before names that contain it.
 */
export function findEmoji(all: readonly Emoji[], typed: string): readonly Emoji[] {
  const wanted = typed.normalize("NFC").trim().toLowerCase();
  if (wanted === "") return all;
  const rank = ({ emoji, en, ko }: Emoji): number => {
    if (emoji === wanted) return 0;
    const words = `${en} ${ko}`.split(" ");
    if (words.includes(wanted)) return 0;
    if (words.some((word) => word.startsWith(wanted))) return 1;
    return `${en} ${ko}`.includes(wanted) ? 2 : 3;
  };
  return all
    .map((one) => ({ one, rank: rank(one) }))
    .filter(({ rank }) => rank < 3)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ one }) => one);
}
