import type { Emoji } from "./names";

/** Those whose name in either language has a word that begins with what was typed, then those that merely contain it. */
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
