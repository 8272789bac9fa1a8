// The end of an upload: the file is put together, inspected, stripped and scanned. Only then there
// is a ticket, so nobody ever gets bytes that have not come this way.

import { deleteFiles } from "../../directory/file-references";
import { type FileRow, putFacts } from "../../directory/files";
import type { FileFacts } from "../../domain/attachments";
import { ChatError } from "../../domain/error";
import { tuning } from "../../domain/tuning";
import { keyOf, ObjectChanged, rewrite, type StoredObject, sourceOfObject } from "../../media/file-store";
import { fileUseOf, isIsoMedia } from "../../media/file-type";
import { type Inspection, inspect, PictureTooLarge } from "../../media/inspection";
import { type CompletedUpload, type CompleteUpload, limits } from "../../protocol";
import { signTicket } from "../../runtime/attachment-ticket";
import { newTicketId } from "../../runtime/ids";
import { type GatewayContext, secretsOf } from "../http/context";
import { scanFile } from "./file-scan";
import { deleteBytes, hasAllParts, isLostUpload, restartUpload } from "./uploads";

/**
 * Completes an upload and returns its ticket. May be repeated, also after an answer that was lost.
 * Throws `upload_incomplete`, `image_too_large`, `file_refused`, and `temporary` while the file is
 * being scanned.
 */
export async function completeUpload(
  c: GatewayContext,
  row: FileRow,
  measured: CompleteUpload,
): Promise<CompletedUpload> {
  if (row.facts !== null) return ticketOf(c, row, row.facts);
  if (!hasAllParts(row)) throw new ChatError("upload_incomplete");
  const object = await assemble(c, row);
  const { clean, inspection } = await cleanUp(c, row, object);
  const verdict = await scanFile(c.env, row, clean);
  if (verdict === "refused") await discard(c, row, "file_refused");
  if (verdict === "pending") throw new ChatError("temporary", "the file is being scanned", limits.scanRetryMs);
  const dueAt = c.get("now") + limits.ticketMs + tuning.fileKeptAfterTicketMs;
  const complete = { facts: factsOf(row, clean, inspection, measured), ticket: newTicketId(), dueAt };
  const stored = await putFacts(c.get("db"), row.file, complete);
  // The upload was given up meanwhile, and the rewrite may have stored its bytes again.
  if (stored?.facts == null) return await discard(c, row, "not_found");
  return ticketOf(c, stored, stored.facts);
}

/**
 * Puts the parts together. An earlier attempt may have done so. Throws `upload_incomplete` if R2
 * does not have them any more.
 */
async function assemble(c: GatewayContext, row: FileRow): Promise<StoredObject> {
  const { FILES: bucket } = c.env;
  const key = keyOf(row.file, "original");
  if (row.multipart !== null) {
    const parts = Object.entries(row.parts).map(([part, etag]) => ({ partNumber: Number(part), etag }));
    try {
      const { size, etag } = await bucket
        .resumeMultipartUpload(key, row.multipart)
        .complete(parts.sort((a, b) => a.partNumber - b.partNumber));
      return { key, size, etag };
    } catch (error) {
      // An earlier attempt has finished it: then the object is there. Else the parts are lost.
      if (!isLostUpload(error)) throw error;
    }
  }
  const found = await bucket.head(key);
  if (found === null) return await restartUpload(c, row);
  return { key, size: found.size, etag: found.etag };
}

interface CleanFile {
  clean: StoredObject;
  inspection: Inspection;
}

/** Takes places and camera data out of a file. Throws `image_too_large`, and `temporary`. */
async function cleanUp(c: GatewayContext, row: FileRow, object: StoredObject): Promise<CleanFile> {
  const { FILES: bucket } = c.env;
  try {
    const inspection = await inspect(sourceOfObject(bucket, object), row.type);
    const { pieces } = inspection;
    return { clean: pieces === null ? object : await rewrite(bucket, object, pieces), inspection };
  } catch (error) {
    if (error instanceof PictureTooLarge) return await discard(c, row, "image_too_large");
    // Another attempt replaced the object. The next one finds it clean.
    if (error instanceof ObjectChanged) throw new ChatError("temporary");
    throw error;
  }
}

/** Deletes a file that gets no ticket, and answers why. */
async function discard(
  c: GatewayContext,
  row: FileRow,
  code: "image_too_large" | "file_refused" | "not_found",
): Promise<never> {
  await deleteBytes(c.env.FILES, row);
  await deleteFiles(c.get("db"), [row.file]);
  throw new ChatError(code);
}

/** What the server reads in a file is taken before what the client says of it. */
function factsOf(
  { name, variants }: FileRow,
  { size }: StoredObject,
  { type, picture }: Inspection,
  { width, height, durationMs, thumbhash, waveform }: CompleteUpload,
): FileFacts {
  const use = fileUseOf(type);
  const said = width !== undefined && height !== undefined ? { width, height } : null;
  // HEIC and AVIF say apart from the size how they are turned, which the client has seen.
  const shown = isIsoMedia(type) ? (said ?? picture) : (picture ?? said);
  const isShown = use === "picture" || use === "video";
  const isPlayed = use === "sound" || use === "video";
  const made = Object.values(variants);
  return {
    ...{ name, type, size },
    ...(isShown && shown ? shown : {}),
    ...(isPlayed && durationMs !== undefined ? { durationMs } : {}),
    ...(isShown && thumbhash !== undefined ? { thumbhash } : {}),
    ...(isPlayed && waveform !== undefined ? { waveform } : {}),
    ...(isShown && made.length > 0 ? { variants: made } : {}),
  };
}

/** Returns the ticket of a complete file. Asked again it is the same ticket, to the same time. */
function ticketOf(c: GatewayContext, row: FileRow, facts: FileFacts): CompletedUpload {
  const [secret = ""] = secretsOf(c.env);
  const { file, account: user, channel, ticket: id } = row;
  if (id === null || row.dueAt === null) throw new ChatError("not_found");
  const expires = row.dueAt - tuning.fileKeptAfterTicketMs;
  const ticket = signTicket(secret, { ...facts, id, file, user, channel, expires });
  return { ...facts, ticket, expiresAt: expires };
}
