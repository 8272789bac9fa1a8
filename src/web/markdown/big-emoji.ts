const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const EMOJI = /^(\p{Emoji_Presentation}|\p{Emoji}\uFE0F|\p{Regional_Indicator}{2}|[0-9#*]\uFE0F?\u20E3)/u;
const MAX_BIG = 6;

/** Returns whether a message consists of a few emoji only. Those are shown large. */
export function isBigEmoji(text: string): boolean {
  const bare = text.replace(/\s/gu, "");
  if (bare === "" || bare.length > MAX_BIG * 16) return false;
  const graphemes = [...segmenter.segment(bare)];
  return graphemes.length <= MAX_BIG && graphemes.every(({ segment }) => EMOJI.test(segment));
}
