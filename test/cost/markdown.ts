// Numbers and rows of a Markdown table.

export const figure = (value: number): string =>
  value === 0 ? "0" : value >= 100 ? value.toFixed(0) : value.toFixed(value < 0.1 ? 3 : 2);

export const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
