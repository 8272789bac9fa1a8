// Logs one JSON line per event, for operators. A line never holds a message's text, a password, a
// token, a key or an address. An error's own message may quote any of them (a failed statement with
// its parameters, the JSON that could not be parsed). A line shows a message only if it is one of a
// fixed set: those of `ConfigurationError` and `DatabaseError`, and those that `faultOf` knows. The
// name, the code and the place in the source tell the rest.
import { ChatError, ConfigurationError, DatabaseError } from "../domain/error";
import { faultOf } from "../domain/platform-fault";

type Fields = Record<string, string | number | boolean | null | undefined>;

/** The loggable part of an error. `at` are the functions and places of its stack. */
interface LoggedError {
  name: string;
  message?: string;
  at?: string[];
  cause?: LoggedError;
}

const FRAMES_MAX = 12;
const CAUSES_MAX = 3;
/** A frame of a stack: `at name (file:line:column)` or `at file:line:column`. */
const FRAME = /^\s*at (?:async )?[\w.$<>[\]# ]*\(?[\w./:@?=%~+-]*:\d+:\d+\)?$/;

/**
 * Logs an internal error. `fields` hold ids and numbers, never what a person wrote or keeps secret.
 */
export function logError(event: string, error: unknown, fields: Fields = {}): void {
  console.error(JSON.stringify({ level: "error", event, ...fields, error: loggedError(error) }));
}

/** Returns what logs may show of an error. */
export function loggedError(error: unknown, causes = CAUSES_MAX): LoggedError {
  if (!(error instanceof Error)) return { name: `a thrown ${error === null ? "null" : typeof error}` };
  const message = messageOf(error);
  const at = framesOf(error);
  return {
    name: /^[A-Z]\w{0,40}$/.test(error.name) ? error.name : "Error",
    ...(message !== null && { message }),
    ...(at.length > 0 && { at }),
    ...(error.cause !== undefined && causes > 0 && { cause: loggedError(error.cause, causes - 1) }),
  };
}

function messageOf(error: Error): string | null {
  if (error instanceof ChatError) return error.code;
  if (error instanceof ConfigurationError || error instanceof DatabaseError) return error.message;
  return faultOf(error.message)?.label ?? null;
}

/**
 * Returns the frames of a stack, without its first lines, which repeat the message. A stack that
 * does not contain the message as it is now cannot be separated from it, so it is left out.
 */
function framesOf({ message, stack = "" }: Error): string[] {
  const start = stack.indexOf(message);
  if (start === -1) return [];
  const lines = stack.slice(start + message.length).split("\n");
  return lines
    .filter((line) => FRAME.test(line))
    .slice(0, FRAMES_MAX)
    .map((line) => line.trim().slice("at ".length));
}

/** Logs something that an operator should look at soon. */
export function logWarning(event: string, fields: Fields = {}): void {
  console.warn(JSON.stringify({ level: "warning", event, ...fields }));
}
