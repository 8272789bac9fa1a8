// The ranges of RFC 9110, section 14: which bytes of a file a request asks for.

/** Bytes to answer with; the whole file; or none, because the range begins after the end. */
export type RequestedRange = { from: number; to: number } | "whole" | "unsatisfiable";

/**
 * Returns the range that a `Range` header asks for in a file of `size` bytes; `to` is its last
 * byte. Several ranges, other units and what cannot be read are answered with the whole file.
 */
export function readRange(header: string | undefined, size: number): RequestedRange {
  const [, first = "", last = ""] = /^\s*bytes\s*=\s*(\d*)\s*-\s*(\d*)\s*$/i.exec(header ?? "") ?? [];
  if (first === "" && last === "") return "whole";
  if (first === "") {
    const length = Number(last);
    return length === 0 ? "unsatisfiable" : { from: Math.max(0, size - length), to: size - 1 };
  }
  const from = Number(first);
  if (last !== "" && Number(last) < from) return "whole";
  if (from >= size) return "unsatisfiable";
  return { from, to: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}
