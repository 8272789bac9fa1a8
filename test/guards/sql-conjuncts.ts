// Splits the conditions of SQL into those that AND combines.

interface Span {
  start: number;
  end: number;
}

interface Word extends Span {
  word: string;
  depth: number;
}

/** Words at which a list of conditions ends. */
const ends = /^(?:GROUP|ORDER|LIMIT|LEFT|JOIN|UNION|THEN|WHEN|ELSE|END|SELECT|FROM|AS)$/;

/**
 * Returns the conditions in a template of SQL that stand alone after WHERE or beside AND, by their
 * places in the source. `offset` is the place of the text; `values` are its substitutions.
 */
export function conjunctsOf(text: string, offset: number, values: readonly Span[]): Span[] {
  const words = wordsOf(text, offset, values);
  const found: Span[] = [];
  const isList = words.some(({ word, depth }) => word === "AND" && depth === 0);
  const first = words[0];
  const isFragment = isList && first !== undefined && !/^(?:SELECT|WHERE)$/.test(first.word);
  for (const [index, { word, depth, start, end }] of words.entries()) {
    const begins = word === "WHERE" || word === "AND" ? end : index === 0 && isFragment ? start : null;
    if (begins === null) continue;
    const next = words
      .slice(index + 1)
      .find((one) => one.depth < depth || (one.depth === depth && (one.word === "AND" || ends.test(one.word))));
    const last = next ? next.start : offset + text.length;
    const inner = words.filter((one) => one.start >= begins && one.end <= last && one.depth === depth);
    // A condition with OR would change its meaning if only one side of it became true.
    if (inner.some((one) => one.word === "OR")) continue;
    const span = trimmed(text, offset, { start: begins, end: last });
    if (span.end > span.start) found.push(span);
  }
  return found;
}

function trimmed(text: string, offset: number, { start, end }: Span): Span {
  const inner = text.slice(start - offset, end - offset);
  return { start: start + inner.length - inner.trimStart().length, end: end - (inner.length - inner.trimEnd().length) };
}

/** Returns the words and closing brackets outside of substitutions and strings. */
function wordsOf(text: string, offset: number, values: readonly Span[]): Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const value = values.find(({ start }) => start - 2 === offset + at);
    if (value) {
      const end = value.end + 1 - offset;
      words.push({ word: "$", depth, start: offset + at, end: offset + end });
      at = end;
      continue;
    }
    const rest = text.slice(at);
    const quoted = /^(?:'[^']*'|"[^"]*")/.exec(rest)?.[0];
    const word = quoted ?? /^\w+/.exec(rest)?.[0];
    const length = word?.length ?? 1;
    if (rest[0] === ")") depth--;
    // A closing bracket ends every list of the depth that it closes.
    if (word !== undefined || rest[0] === ")")
      words.push({ word: quoted ? "'" : (word ?? ")"), depth, start: offset + at, end: offset + at + length });
    if (rest[0] === "(") depth++;
    at += length;
  }
  return words;
}
