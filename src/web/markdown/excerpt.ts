// The excerpt of a long message that is shown until the person expands it.
const MAX_LINES = 24;
const MAX_LENGTH = 1_800;

/**
 * Returns the beginning of a long text, cut between words if possible; null if the text is short.
 */
export function excerptOf(text: string): string | null {
  const lines = text.split("\n", MAX_LINES + 1);
  const tall = lines.length > MAX_LINES;
  if (!tall && text.length <= MAX_LENGTH * 1.25) return null;
  const head = (tall ? lines.slice(0, MAX_LINES - 4).join("\n") : text).slice(0, MAX_LENGTH);
  if (head.length < MAX_LENGTH) return head;
  const space = head.search(/\s\S*$/);
  const cut = space > MAX_LENGTH * 0.8 ? head.slice(0, space) : head;
  return cut.replace(/[\ud800-\udbff]$/, "");
}
