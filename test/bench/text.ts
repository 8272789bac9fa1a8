// Messages carry a number, so that a delivery is recognised in the raw bytes of a frame. Parsing
// every frame of a hundred members would make the generator the bottleneck. A frame may hold
// several messages.
const MARK = "#";
const DIGITS = 9;
/** Characters of an ordinary message: one or two sentences. */
const LENGTH = 200;

export const textOf = (number: number, length: number = LENGTH): string =>
  `${MARK}${String(number).padStart(DIGITS, "0")}${MARK} `.padEnd(
    length,
    "the quick brown fox jumps over the lazy dog ",
  );

export function eachNumber(bytes: Buffer, start: number, end: number, visit: (number: number) => void): void {
  for (let at = start; ; ) {
    const found = bytes.indexOf(MARK, at, "latin1");
    if (found < 0 || found + DIGITS + 1 >= end) return;
    visit(digitsAt(bytes, found + 1));
    at = found + DIGITS + 2;
  }
}

/** The decimal number at `from`. */
export function digitsAt(bytes: Buffer, from: number): number {
  let value = 0;
  for (let at = from; at < bytes.length; at++) {
    const digit = bytes.readUInt8(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  return value;
}
