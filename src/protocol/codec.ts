// The one place where frames become objects and objects become frames.
import * as z from "zod";
import { type ChannelCommand, channelCommand, type UserCommand, userCommand } from "./commands";
import { type ErrorCode, errorFrame } from "./errors";
import { type EventsFrame, event, eventsFrame } from "./events";
import { type ServerFrame, serverFrame } from "./frames";
import { commandId, seq } from "./ids";
import { leanFrame } from "./lean";
import { limits } from "./limits";
import { readPlainSend } from "./plain-send";

/** What a frame turned out to be. A refused one keeps its command id where it could be read, so the error finds its sender. */
export type Decoded<T> =
  | { ok: true; value: T }
  | { ok: false; id: string | undefined; code: ErrorCode; detail: string };

const refuse = (code: ErrorCode, detail: string, id?: string) => ({ ok: false, id, code, detail }) as const;

/** `quick` reads what it is sure of and leaves the rest to the schema. */
function decode<T>(
  schema: z.ZodType<T>,
  frame: string,
  quick: (raw: unknown) => T | null = () => null,
  maxLength: number = limits.frameBytes,
): Decoded<T> {
  if (frame.length > maxLength) return refuse("frame_too_large", "larger than a frame may be");
  let raw: unknown;
  try {
    raw = JSON.parse(frame);
  } catch {
    return refuse("malformed", "not JSON");
  }
  const read = quick(raw);
  return read === null ? decodeValue(schema, raw) : { ok: true, value: read };
}

function decodeValue<T>(schema: z.ZodType<T>, raw: unknown): Decoded<T> {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { ok: true, value: parsed.data };
  const id = typeof raw === "object" && raw !== null && "id" in raw ? commandId.safeParse(raw.id).data : undefined;
  return refuse(issueCode(parsed.error), describeIssues(parsed.error), id);
}

/** The stable code of a failed parse: an issue may name its own, everything else is `invalid`. */
export function issueCode(error: z.ZodError): ErrorCode {
  const tooLong = error.issues.some((issue) => issue.code === "custom" && issue.params?.code === "message_too_long");
  return tooLong ? "message_too_long" : "invalid";
}

/** At most three issues, as `path: what is wrong`. */
export function describeIssues(error: z.ZodError): string {
  const lines = error.issues.slice(0, 3).map((issue) => {
    const path = issue.path.join(".");
    return path ? `${path}: ${issue.message}` : issue.message;
  });
  return lines.join("; ");
}

export const decodeChannelCommand = (frame: string): Decoded<ChannelCommand> =>
  decode(channelCommand, frame, readPlainSend);
/** A command that came as a part of something larger, already read from JSON. */
export const readChannelCommand = (raw: unknown): Decoded<ChannelCommand> => decodeValue(channelCommand, raw);
export const decodeUserCommand = (frame: string): Decoded<UserCommand> => decode(userCommand, frame);

/** A frame of a server. Throws nothing: a client skips what it cannot read. Of any size, since escaping may multiply that of a full page. */
export const decodeServerFrame = (frame: string): Decoded<ServerFrame> =>
  decode(serverFrame, frame, undefined, Number.POSITIVE_INFINITY);

/** An entry of a type this version does not know: it takes its place in the log and says nothing else. */
const unknownEvent = z
  .object({ seq, actor: z.string(), nonce: z.string() })
  .transform((entry) => ({ ...entry, type: "unknown" as const }));
const heardEvent = z.union([event, unknownEvent]);
const heardEvents = eventsFrame.extend({ events: z.array(heardEvent).min(1) });
const heardError = errorFrame.extend({ code: z.string() }).transform(({ code, ...frame }) => {
  const known: ErrorCode = frame.temporary ? "temporary" : "internal";
  return { ...frame, code: known, detail: frame.detail ?? code };
});
const strangeFrame = z.union([heardEvents, heardError]);

export type HeardEvent = z.infer<typeof heardEvent>;
export type HeardFrame = Exclude<ServerFrame, EventsFrame> | z.infer<typeof heardEvents>;
export type HeardEvents = Extract<HeardFrame, { type: "events" }>;

/** As `decodeServerFrame`, for a client older than its server: entries and error codes it has never heard of do not cost the frame [S49]. */
export function hearServerFrame(frame: string): Decoded<HeardFrame> {
  const known = decodeServerFrame(frame);
  if (known.ok) return known;
  const strange = decode(strangeFrame, frame, undefined, Number.POSITIVE_INFINITY);
  return strange.ok ? strange : known;
}

export const encodeFrame = (frame: ServerFrame): string => JSON.stringify(leanFrame(frame));
export const encodeCommand = (command: ChannelCommand | UserCommand): string => JSON.stringify(command);

/** Heartbeats are plain text, so that the runtime answers them without waking the object. */
export const PING = "ping";
export const PONG = "pong";
