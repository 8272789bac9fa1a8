// One JSON line an event: what an operator filters and counts. Never a message's text, a password or a token.

type Fields = Record<string, string | number | boolean | null | undefined>;

const write = (level: "info" | "warn" | "error", event: string, fields: Fields) =>
  console[level](JSON.stringify({ level, event, ...fields }));

export const logInfo = (event: string, fields: Fields = {}) => write("info", event, fields);
export const logWarning = (event: string, fields: Fields = {}) => write("warn", event, fields);

/** A fault of ours, with its stack. */
export function logFault(event: string, error: unknown, fields: Fields = {}): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  write("error", event, { ...fields, error: text });
}
