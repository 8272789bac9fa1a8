// Logs one JSON line per event, for operators. A line never has a message's text, a password or a
// token.

type Fields = Record<string, string | number | boolean | null | undefined>;

/** Logs an internal error with its stack. */
export function logError(event: string, error: unknown, fields: Fields = {}): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  console.error(JSON.stringify({ level: "error", event, ...fields, error: text }));
}

/** Logs something that an operator should look at soon. */
export function logWarning(event: string, fields: Fields = {}): void {
  console.warn(JSON.stringify({ level: "warning", event, ...fields }));
}
