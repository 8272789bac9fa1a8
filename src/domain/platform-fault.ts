// The failures of the platform and of its databases, recognised by their messages. A message may
// quote what was being stored or searched, so only the text in this table is passed on.

export interface PlatformFault {
  /** A constant text, or one made of names of tables and columns. */
  label: string;
  /** Whether the same request may succeed a moment later. */
  isTemporary: boolean;
}

const temporary = [
  "network connection lost",
  "is overloaded",
  "storage operation exceeded timeout",
  "reset because its code was updated",
  "object to be reset",
  "cannot resolve durable object due to transient issue",
  "too many requests queued",
  "requests queued for too long",
  "internal error in durable object storage",
  "storage reset because of an internal error",
  "no answer within",
  "database is locked",
  "isolate exceeded its memory limit",
  "exceeded its cpu time limit",
  "the service is not available",
];
const lasting = [
  "database or disk is full",
  "string or blob too big",
  "too many sql variables",
  "no such table",
  "no such column",
  "syntax error",
  "malformed match expression",
  "type 'undefined' not supported",
  "too many subrequests",
  "cannot perform i/o on behalf of a different request",
  "could not be cloned",
  "rpc receiver does not implement",
  "maximum call stack size exceeded",
  "serialized rpc arguments or return values are limited",
  "is not a function",
  "cannot read properties of",
  "fetch failed",
];
/** Names of tables and columns only: a value could not stand here. */
const constraint =
  /\b((?:UNIQUE|NOT NULL|FOREIGN KEY|PRIMARY KEY|CHECK) constraint failed)(?::((?: [a-z_]+\.[a-z_]+,?)+))?/;

/** Returns what a message says about the platform; null for a message of another kind. */
export function faultOf(message: string): PlatformFault | null {
  const [, failed, columns = ""] = constraint.exec(message) ?? [];
  if (failed !== undefined) return { label: columns === "" ? failed : `${failed}:${columns}`, isTemporary: false };
  const folded = message.toLowerCase();
  const label = (texts: readonly string[]) => texts.find((text) => folded.includes(text));
  const found = label(temporary);
  if (found !== undefined) return { label: found, isTemporary: true };
  const other = label(lasting);
  return other === undefined ? null : { label: other, isTemporary: false };
}

/**
 * Returns whether the runtime marks an error as one of its own, which a later attempt may not meet.
 */
export function isMarkedTemporary(error: unknown): boolean {
  if (typeof error !== "object" || error === null) return false;
  const { retryable, overloaded, durableObjectReset }: Record<string, unknown> = { ...error };
  return retryable === true || overloaded === true || durableObjectReset === true;
}
