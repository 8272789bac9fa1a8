// The bytes of attachments. The channel says at each request whether the caller may read the
// message now; no database is read. A file is never a document of our origin: only pictures, sounds
// and videos are shown, inside of a page, and everything else is saved.
import * as z from "zod";
import type { ReadableFile } from "../../domain/attachments";
import { ChatError } from "../../domain/error";
import { keyOf } from "../../media/file-store";
import { fileUseOf, servedTypeOf } from "../../media/file-type";
import {
  attachmentId,
  completedUpload,
  extensionOf,
  fileLink,
  fileLinkQuery,
  forwardFile,
  limits,
  type ServedVariant,
  servedVariant,
} from "../../protocol";
import { logError } from "../../runtime/logger";
import { provenCaller } from "../auth/authenticate";
import { signFileLink } from "../auth/file-link";
import { fileReader } from "../auth/file-reader";
import { type RequestedRange, readRange } from "../http/byte-range";
import { contentDisposition } from "../http/content-disposition";
import { type GatewayContext, secretsOf } from "../http/context";
import { problemResponse } from "../http/problem";
import { answers, failure, json, newRouter, route } from "../http/router";
import { forwardAttachment, readableFile } from "../operations/file-forward";

const params = z.object({ attachment: attachmentId });
const fileParams = params.extend({
  variant: servedVariant,
  name: z.string().max(limits.typedFileNameCharacters).meta({ description: "Any name; the file has its own." }),
});

const bytes = { "application/octet-stream": { schema: { type: "string", format: "binary" } } } as const;

const read = route({
  method: "get",
  path: "/v1/files/{attachment}/{variant}/{name}",
  operationId: "getFile",
  summary: "Get the bytes of an attachment or of one of its variants; ranges are answered",
  middleware: fileReader,
  request: { params: fileParams, query: z.object({ link: z.string().max(limits.headerCharacters).optional() }) },
  responses: {
    200: { description: "The whole file.", content: bytes },
    206: { description: "The range that `Range` names.", content: bytes },
    304: { description: "The client has the file already: `If-None-Match` names it." },
    ...failure,
  },
});
const link = route({
  method: "post",
  path: "/v1/files/{attachment}/links",
  operationId: "createFileLink",
  summary: "Get an address of a file that works without a sign-in for an hour, while you may read it",
  middleware: provenCaller,
  request: { params, ...json(fileLinkQuery) },
  responses: answers(fileLink, "The address."),
});

const forward = route({
  method: "post",
  path: "/v1/files/{attachment}/forwards",
  operationId: "forwardFile",
  summary: "Get a ticket that attaches a file which you may read to another message",
  middleware: provenCaller,
  request: { params, ...json(forwardFile) },
  responses: answers(completedUpload, "The ticket, and what the file is."),
});

/** The file at these addresses never changes. A page may keep it, and nothing between may. */
const CACHED = "private, max-age=31536000, immutable";
/** No script, no style, no frame, no form, and no origin. */
const POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'";

export const files = newRouter()
  .openapi(read, async (c) => {
    const { attachment, variant } = c.req.valid("param");
    const served = servedOf(await readableFile(c, attachment), variant);
    const etag = `"${attachment}.${variant}"`;
    const headers = headersOf(c, served, etag);
    if (namesTag(c.req.header("if-none-match"), etag)) return c.body(null, 304, headers);
    const range = rangeOf(c, etag, served.size);
    if (range === "unsatisfiable")
      return problemResponse(c, new ChatError("range_not_satisfiable"), {
        "content-range": `bytes */${served.size}`,
      }) as never;
    const isWhole = range === "whole";
    const { from, to } = isWhole ? { from: 0, to: served.size - 1 } : range;
    const answer = {
      ...headers,
      "content-length": String(to - from + 1),
      ...(isWhole ? {} : { "content-range": `bytes ${from}-${to}/${served.size}` }),
    };
    const status = isWhole ? 200 : 206;
    if (c.req.method === "HEAD") return c.body(null, status, answer);
    return c.body(await bodyOf(c, served, from, to), status, answer);
  })
  .openapi(forward, async (c) => {
    const { attachment } = c.req.valid("param");
    return c.json(await forwardAttachment(c, attachment, c.req.valid("json").channel), 200);
  })
  .openapi(link, async (c) => {
    const { attachment } = c.req.valid("param");
    const { variant } = c.req.valid("json");
    const served = servedOf(await readableFile(c, attachment), variant);
    const [secret = ""] = secretsOf(c.env);
    const signed = signFileLink(secret, c.get("caller"), attachment, variant, c.get("now"));
    const path = `/v1/files/${attachment}/${variant}/${encodeURIComponent(served.name)}`;
    return c.json({ url: `${path}?link=${signed.link}`, expiresAt: signed.expiresAt }, 200);
  });

interface ServedFile {
  key: string;
  name: string;
  type: string;
  size: number;
}

/** Returns what is served of a file. Throws `not_found` for a variant that it does not have. */
function servedOf({ file, attachment }: ReadableFile, variant: ServedVariant): ServedFile {
  const key = keyOf(file, variant);
  const { name, type, size } = attachment;
  if (variant === "original") return { key, name, type, size };
  const found = attachment.variants?.find((candidate) => candidate.name === variant);
  if (!found) throw new ChatError("not_found");
  const stem = name.slice(0, name.length - extensionOf(name).length);
  return { key, name: `${stem}.${found.type.split("/")[1] ?? "bin"}`, type: found.type, size: found.size };
}

function headersOf(c: GatewayContext, { name, type }: ServedFile, etag: string) {
  return {
    etag,
    "cache-control": CACHED,
    // A picture that a page has shown must not be a document when its address is opened.
    vary: "Sec-Fetch-Dest",
    "accept-ranges": "bytes",
    "content-type": servedTypeOf(type),
    "content-disposition": contentDisposition(isShown(c, type) ? "inline" : "attachment", name),
    "content-security-policy": POLICY,
  };
}

/** What a browser says that it loads a file for. Bound: constant. */
const fitting: Readonly<Record<"picture" | "sound" | "video", readonly string[]>> = {
  picture: ["image"],
  sound: ["audio", "video"],
  video: ["audio", "video"],
};

function isShown(c: GatewayContext, type: string): boolean {
  const use = fileUseOf(type);
  return use !== "download" && fitting[use].includes(c.req.header("sec-fetch-dest") ?? "");
}

/** Whether `If-None-Match` names a tag. Tags are compared weakly. */
const namesTag = (header: string | undefined, etag: string): boolean =>
  (header?.split(",") ?? []).some((tag) => ["*", etag].includes(tag.trim().replace(/^W\//, "")));

/** A range of a file that the client knows by another tag is answered with the whole file. */
function rangeOf(c: GatewayContext, etag: string, size: number): RequestedRange {
  const condition = c.req.header("if-range");
  if (condition !== undefined && condition.trim() !== etag) return "whole";
  return readRange(c.req.header("range"), size);
}

async function bodyOf(c: GatewayContext, { key, size }: ServedFile, from: number, to: number): Promise<ReadableStream> {
  const range = { offset: from, length: to - from + 1 };
  const object = await c.env.FILES.get(key, range.length === size ? {} : { range });
  if (object === null) {
    logError("file.missing", new Error("a message has a file whose bytes are not stored"));
    throw new ChatError("not_found");
  }
  return object.body;
}
