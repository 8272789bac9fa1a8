// Uploads: what is reserved before the first byte, and where the parts of a file go. A file of one
// part is one object of R2; a larger one is a multipart upload of R2, begun by its first part.

import { deleteFiles } from "../../directory/file-references";
import {
  type FileRow,
  findUpload,
  forgetParts,
  putMultipart,
  putPart,
  putVariant,
  reserveUpload,
} from "../../directory/files";
import { budgetDayOf, msUntilNextBudget } from "../../domain/daily-budget";
import { ChatError, unwrap } from "../../domain/error";
import { sourceOf } from "../../media/byte-source";
import { keyOf, keysOf, putOnce } from "../../media/file-store";
import { fileUseOf } from "../../media/file-type";
import { inspect, PictureTooLarge } from "../../media/inspection";
import { applyPieces } from "../../media/pieces";
import { limits, type OpenUpload, type Upload, type VariantName } from "../../protocol";
import { readBudgets } from "../../runtime/budget-config";
import { newId } from "../../runtime/ids";
import { logError, loggedError, logWarning } from "../../runtime/logger";
import { retry } from "../../runtime/retry";
import { channelObject, type GatewayContext } from "../http/context";

/** Returns how many parts a file of `size` bytes has. */
const partsOf = (size: number): number => Math.ceil(size / limits.uploadPartBytes);

/** Returns the bytes of a part: the last one has the rest. */
const bytesOfPart = (size: number, part: number): number =>
  part < partsOf(size) ? limits.uploadPartBytes : size - (part - 1) * limits.uploadPartBytes;

const isOfOnePart = (row: FileRow): boolean => partsOf(row.size) === 1;

/** Returns an upload as its client sees it. */
export const shownUpload = (row: Omit<FileRow, "account">): Upload => ({
  ...{ id: row.upload, name: row.name, size: row.size },
  partSize: limits.uploadPartBytes,
  parts: partsOf(row.size),
  received: Object.keys(row.parts)
    .map(Number)
    .sort((a, b) => a - b),
  variants: Object.values(row.variants).map(({ name }) => name),
  expiresAt: row.dueAt ?? 0,
});

/**
 * Begins an upload for a channel. Throws `file_too_large`, `not_found`, `forbidden`,
 * `too_many_uploads`, `file_storage_full`, `quota_exceeded`.
 */
export async function beginUpload(
  c: GatewayContext,
  channel: string,
  { name, size, type }: OpenUpload,
): Promise<Upload> {
  if (size > limits.fileBytes) throw new ChatError("file_too_large");
  const caller = c.get("caller");
  unwrap(await retry(async () => channelObject(c).mayAttach(caller)));
  const now = c.get("now");
  const row = {
    ...{ file: newId("f", now), upload: newId("l", now), account: caller.user, channel },
    ...{ name, size, type, createdAt: now, dueAt: now + limits.uploadMs },
  };
  const refusal = await reserveUpload(c.get("db"), row, readBudgets(c.env.BUDGETS));
  if (refusal === "quota_exceeded")
    throw new ChatError(refusal, "the budget of files", msUntilNextBudget(budgetDayOf(now), now));
  if (refusal !== null) throw new ChatError(refusal);
  return shownUpload({ ...row, multipart: null, parts: {}, variants: {}, facts: null, ticket: null, isDoomed: false });
}

/** Returns the upload that the path names. Throws `not_found` unless it is the caller's. */
export async function ownUpload(c: GatewayContext, channel: string, upload: string): Promise<FileRow> {
  const row = await findUpload(c.get("db"), upload, c.get("caller").user, channel, c.get("now"));
  if (!row) throw new ChatError("not_found");
  return row;
}

/**
 * Stores a part, whose bytes go to R2 as they arrive. A part that has arrived before is not stored
 * again. Throws `invalid` for a length that is not the part's, `not_found` if the upload ends
 * meanwhile, and `temporary` if the bytes could not be stored.
 */
export async function receivePart(c: GatewayContext, row: FileRow, part: number): Promise<void> {
  if (part > partsOf(row.size)) throw new ChatError("invalid", `part: the file has ${partsOf(row.size)}`);
  const body = bodyOf(c, bytesOfPart(row.size, part));
  if (row.facts !== null || row.parts[part] !== undefined) return await body.cancel();
  const tag = await storePart(c, row, part, body).catch(async (error: unknown) => {
    if (error instanceof ChatError) throw error;
    if (isLostUpload(error)) return await restartUpload(c, row);
    // Mostly the client is gone. What R2 has got of the part is dropped there.
    logWarning("upload.part", { error: loggedError(error).name });
    throw new ChatError("temporary");
  });
  if (!(await putPart(c.get("db"), row.file, part, tag))) await dropLatePart(c, row);
}

/** Returns the body of a request, which must have `bytes` bytes. Throws `invalid`. */
function bodyOf(c: GatewayContext, bytes: number): ReadableStream {
  const { body } = c.req.raw;
  if (body === null || c.req.header("content-length") !== String(bytes))
    throw new ChatError("invalid", `content-length: must be ${bytes}`);
  return body;
}

async function storePart(c: GatewayContext, row: FileRow, part: number, body: ReadableStream): Promise<string> {
  const { FILES: bucket } = c.env;
  const key = keyOf(row.file, "original");
  if (isOfOnePart(row)) {
    const stored = await putOnce(bucket, key, body);
    if (stored === null) throw new ChatError("temporary");
    return stored.etag;
  }
  const id = row.multipart ?? (await beginMultipart(c, row, key));
  return (await bucket.resumeMultipartUpload(key, id).uploadPart(part, body)).etag;
}

/** Begins the multipart upload of R2. Of two first parts at once, both get the same. */
async function beginMultipart(c: GatewayContext, row: FileRow, key: string): Promise<string> {
  const made = await c.env.FILES.createMultipartUpload(key);
  const stored = await putMultipart(c.get("db"), row.file, made.uploadId);
  if (stored !== made.uploadId) await made.abort();
  if (stored === null) throw new ChatError("not_found");
  return stored;
}

/** Removes what a part stored after its upload was given up. Throws `not_found` then. */
async function dropLatePart(c: GatewayContext, row: FileRow): Promise<void> {
  const now = await findUpload(c.get("db"), row.upload, row.account, row.channel, c.get("now"));
  if (now) return;
  await c.env.FILES.delete(keyOf(row.file, "original"));
  throw new ChatError("not_found");
}

/**
 * Stores a variant of the file, without places and camera data, which may be in it too. Throws
 * `file_too_large`, `image_too_large`, and `invalid` for anything but a picture.
 */
export async function receiveVariant(c: GatewayContext, row: FileRow, name: VariantName): Promise<void> {
  const length = Number(c.req.header("content-length"));
  if (!(length > 0)) throw new ChatError("invalid", "content-length: required");
  if (length > limits.variantBytes) throw new ChatError("file_too_large");
  const body = bodyOf(c, length);
  if (row.facts !== null || row.variants[name] !== undefined) return await body.cancel();
  const bytes = new Uint8Array(await new Response(body).arrayBuffer());
  const { type, picture, pieces } = await inspect(sourceOf(bytes), c.req.header("content-type") ?? "").catch(
    refusePicture,
  );
  if (fileUseOf(type) !== "picture" || picture === null) throw new ChatError("invalid", "a variant must be a picture");
  const clean = pieces === null ? bytes : applyPieces(bytes, pieces);
  const stored = await putOnce(c.env.FILES, keyOf(row.file, name), clean);
  if (stored === null) throw new ChatError("temporary");
  const variant = { name, type, size: stored.size, ...picture };
  if (await putVariant(c.get("db"), row.file, variant)) return;
  await c.env.FILES.delete(keyOf(row.file, name));
  throw new ChatError("not_found");
}

/** Throws `image_too_large` in place of the error of an inspection. */
export function refusePicture(error: unknown): never {
  throw error instanceof PictureTooLarge ? new ChatError("image_too_large") : error;
}

/**
 * Gives up an upload and deletes what has arrived. A complete file is left to the sweep, because a
 * message may have it.
 */
export async function abandonUpload(c: GatewayContext, row: FileRow): Promise<void> {
  if (row.facts !== null) return;
  await deleteBytes(c.env.FILES, row);
  await deleteFiles(c.get("db"), [row.file]);
}

/** Deletes every object of a file, and the parts of an upload that was not finished. */
export async function deleteBytes(bucket: R2Bucket, row: Pick<FileRow, "file" | "multipart" | "facts">): Promise<void> {
  if (row.multipart !== null && row.facts === null) await abortMultipart(bucket, row.file, row.multipart);
  await bucket.delete(keysOf(row.file));
}

/** R2 forgets an upload that is finished, or a week old. Then there is nothing to abort. */
async function abortMultipart(bucket: R2Bucket, file: string, multipart: string): Promise<void> {
  try {
    await bucket.resumeMultipartUpload(keyOf(file, "original"), multipart).abort();
  } catch (error) {
    logError("upload.abort", error);
  }
}

/** Returns whether R2 says that it does not have a multipart upload, or not these parts of it. */
export const isLostUpload = (error: unknown): boolean => error instanceof Error && /\(1002[45]\)/.test(error.message);

/** Makes the client send all parts again. Throws `upload_incomplete`. */
export async function restartUpload(c: GatewayContext, row: FileRow): Promise<never> {
  await forgetParts(c.get("db"), row.file);
  throw new ChatError("upload_incomplete");
}

/** Returns whether every part has arrived. */
export const hasAllParts = (row: FileRow): boolean => Object.keys(row.parts).length === partsOf(row.size);
