// Decodes and encodes frames. No other file does.
import * as z from "zod";
import { type ChannelCommand, channelCommand, type UserCommand, userCommand } from "./commands";
import { leanEvent, leanFrame } from "./compact-frames";
import { type ErrorCode, errorFrame } from "./errors";
import { type Event, type EventsFrame, event, eventsFrame } from "./events";
import { type FrameOf, type Page, type ServerFrame, serverFrame } from "./frames";
import { commandId, seq } from "./ids";
import { isNestedTooDeeply, NESTED_TOO_DEEPLY } from "./json-depth";
import { limits } from "./limits";
import { readPlainPage, readPlainSend, readPlainSubscribe } from "./plain-send";
import { inMebibytes } from "./units";

/**
 * The result of decoding. `id` is the id of a refused command if the id could be read, so that the
 * error can name the command.
 */
export type Decoded<T> =
  | { ok: true; value: T }
  | { ok: false; id: string | undefined; code: ErrorCode; detail: string };

const refuse = (code: ErrorCode, detail: string, id?: string) => ({ ok: false, id, code, detail }) as const;

/** Decodes a JSON text. `readFast` returns null for values that only the schema reads. */
function decode<T>(
  schema: z.ZodType<T>,
  frame: string,
  readFast: (raw: unknown) => T | null = () => null,
  maxLength: number = limits.frameBytes,
): Decoded<T> {
  if (frame.length > maxLength)
    return refuse("frame_too_large", `a frame has at most ${inMebibytes(limits.frameBytes)}`);
  let raw: unknown;
  try {
    raw = JSON.parse(frame);
  } catch {
    return refuse("malformed", "the frame is not JSON");
  }
  const value = readFast(raw);
  if (value !== null) return { ok: true, value };
  // A client trusts the depth of what its server sends.
  if (maxLength === limits.frameBytes && isNestedTooDeeply(frame)) return refuse("invalid", NESTED_TOO_DEEPLY);
  return decodeValue(schema, raw);
}

function decodeValue<T>(schema: z.ZodType<T>, raw: unknown): Decoded<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { ok: true, value: parsed.data };
  const id = typeof raw === "object" && raw !== null && "id" in raw ? commandId.safeParse(raw.id).data : undefined;
  return refuse(issueCode(parsed.error), describeIssues(parsed.error), id);
}

/**
 * Returns the error code of a failed parse: `message_too_long`, or `invalid` for everything else.
 */
export function issueCode(error: z.ZodError): ErrorCode {
  const tooLong = error.issues.some((issue) => issue.code === "custom" && issue.params?.code === "message_too_long");
  return tooLong ? "message_too_long" : "invalid";
}

/** Returns the first three issues, each as `path: message`. */
export function describeIssues(error: {
  issues: readonly { message: string; path: readonly PropertyKey[] }[];
}): string {
  const lines = error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join(".");
    return path ? `${path}: ${issue.message}` : issue.message;
  });
  return lines.join("; ");
}

export const decodeChannelCommand = (frame: string): Decoded<ChannelCommand> =>
  decode(channelCommand, frame, (raw) => readPlainSend(raw) ?? readPlainSubscribe(raw) ?? readPlainPage(raw));
/** Decodes a command of an HTTP body, which is already parsed from JSON. */
export const readChannelCommand = (raw: unknown): Decoded<ChannelCommand> => decodeValue(channelCommand, raw);
export const decodeUserCommand = (frame: string): Decoded<UserCommand> => decode(userCommand, frame);

/**
 * Decodes a frame of a server. A client skips what it cannot read. The size is not checked, because
 * JSON escapes can multiply the size of a full page.
 */
export const decodeServerFrame = (frame: string): Decoded<ServerFrame> =>
  decode(serverFrame, frame, undefined, Number.POSITIVE_INFINITY);

/** An entry of a type that this version does not know. It has a seq and no content. */
const unknownEvent = z
  .object({ seq, actor: z.string(), nonce: z.string() })
  .transform((entry) => ({ ...entry, type: "unknown" as const }));
const heardEvent = z.union([event, unknownEvent]);
const heardEvents = eventsFrame.extend({ events: z.array(heardEvent).min(1) });
const heardError = errorFrame.extend({ code: z.string() }).transform(({ code, ...frame }) => {
  const known: ErrorCode = frame.temporary ? "temporary" : "internal";
  return { ...frame, code: known, detail: frame.detail ?? code };
});
const newerFrame = z.union([heardEvents, heardError]);

export type HeardEvent = z.infer<typeof heardEvent>;
export type HeardFrame = Exclude<ServerFrame, EventsFrame> | z.infer<typeof heardEvents>;
export type HeardEvents = Extract<HeardFrame, { type: "events" }>;

/**
 * Decodes a frame for a client that may be older than its server. A frame with unknown types of
 * entries or unknown error codes is still readable [S49].
 */
export function hearServerFrame(frame: string): Decoded<HeardFrame> {
  const known = decodeServerFrame(frame);
  if (known.ok) return known;
  const newer = decode(newerFrame, frame, undefined, Number.POSITIVE_INFINITY);
  return newer.ok ? newer : known;
}

export const encodeFrame = (frame: ServerFrame): string => JSON.stringify(leanFrame(frame));
/** Encodes one event as it is in a frame of events. */
export const encodeEvent = (event: Event): string => JSON.stringify(leanEvent(event));

/** Encodes a frame of events that are encoded already, separated by commas. */
export const encodeEventsFrame = (frame: Omit<EventsFrame, "events">, events: string): string =>
  `${JSON.stringify(frame).slice(0, -1)},"events":[${events}]}`;

/** Encodes a page whose messages are encoded already, separated by commas. */
export const encodePage = (id: string, page: Omit<Page, "messages">, messages: string): string =>
  `{"type":"page","id":${JSON.stringify(id)},"page":${JSON.stringify(page).slice(0, -1)},"messages":[${messages}]}}`;

/** The lists of a `ready` frame as JSON, without their brackets. */
export interface EncodedReadyLists {
  reads: string;
  delivered: string;
  here: string;
}

/**
 * Encodes a `ready` frame from lists that are text already. Objects with a key for each member take
 * twice the time, and after a restart every member gets such a frame.
 */
export const encodeReady = (
  frame: Omit<FrameOf<"ready">, keyof EncodedReadyLists>,
  { reads, delivered, here }: EncodedReadyLists,
): string => `${JSON.stringify(frame).slice(0, -1)},"reads":{${reads}},"delivered":{${delivered}},"here":[${here}]}`;

export const encodeCommand = (command: ChannelCommand | UserCommand): string => JSON.stringify(command);

/** Heartbeats. The runtime answers these plain texts without waking the object. */
export const PING = "ping";
export const PONG = "pong";
