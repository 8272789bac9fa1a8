// The JSON of an archived entry, before it is sealed. It has a version and is read by name. Fields
// that have their default are left out. Rows of the first version have no `v`; their body is flat.
import * as z from "zod";
import type { ArchivedEntry } from "../../domain/archive";
import { attachment, event, mentions, noAttachments, noMentions } from "../../protocol";

const position = z.int().nullable().default(null);
const common = {
  seq: z.int(),
  type: z.literal(event.options.map(({ shape }) => shape.type.value)),
  actor: z.string(),
  nonce: z.string(),
  at: z.int(),
  target: position,
  thread: position,
  replyTo: position,
  detail: z.string().nullable().default(null),
};

const changed = { version: z.int(), changedAt: z.int() };
const live = z.object({
  state: z.literal("live"),
  text: z.string(),
  attachments: z.array(attachment).default(noAttachments),
  mentions: mentions.default(noMentions),
  ...changed,
});
const deleted = z.object({ state: z.literal("deleted"), ...changed });

const second = z.object({
  v: z.literal(2),
  ...common,
  body: z.discriminatedUnion("state", [live, deleted]).nullable().default(null),
});

const first = z.object({
  v: z.undefined().optional(),
  ...common,
  version: z.int().nullable(),
  changedAt: z.int().nullable(),
  isDeleted: z.boolean(),
  mentions: z.string().nullable(),
  body: z.string().nullable(),
});

const stored = z.union([second, first]);

/** Returns the entry of a parsed JSON; null if the JSON is not an entry of a known version. */
export function readEntry(json: unknown): ArchivedEntry | null {
  const read = stored.safeParse(json);
  if (!read.success) return null;
  const { data } = read;
  if (data.v === 2) {
    const { v: _, ...entry } = data;
    return entry;
  }
  const { version, changedAt, isDeleted, mentions: mentioned, body, v: _, ...entry } = data;
  if (version === null || changedAt === null) return { ...entry, body: null };
  if (isDeleted) return { ...entry, body: { state: "deleted", version, changedAt } };
  const found = mentioned === null ? noMentions : mentions.safeParse(JSON.parse(mentioned)).data;
  if (found === undefined) return null;
  const parts = { text: body ?? "", attachments: noAttachments };
  return { ...entry, body: { state: "live", ...parts, mentions: found, version, changedAt } };
}

/** Returns the JSON of an entry. */
export function writeEntry({ target, thread, replyTo, detail, body, ...entry }: ArchivedEntry): string {
  return JSON.stringify({
    v: 2,
    ...entry,
    target: target ?? undefined,
    thread: thread ?? undefined,
    replyTo: replyTo ?? undefined,
    detail: detail ?? undefined,
    body: body === null ? undefined : leanBody(body),
  });
}

function leanBody(body: NonNullable<ArchivedEntry["body"]>): unknown {
  if (body.state === "deleted") return body;
  const { attachments, mentions: mentioned, ...rest } = body;
  return {
    ...rest,
    attachments: attachments.length > 0 ? attachments : undefined,
    mentions: mentioned.users.length > 0 || mentioned.all !== null ? mentioned : undefined,
  };
}
