// The scan of complete files for malware by a service of the operator. Without one, files are not
// scanned. A file stays in quarantine, without a ticket, until the service says that it is clean.
import * as z from "zod";
import type { FileRow } from "../../directory/files";
import type { StoredObject } from "../../media/file-store";
import { guardedFetch } from "../../runtime/guarded-fetch";
import { logError } from "../../runtime/logger";

/** The time for one request to the service, which reads the whole file. */
const SCAN_TIMEOUT_MS = 60_000;
const ANSWER_BYTES = 4_096;

const answer = z.object({ verdict: z.enum(["clean", "refused", "pending"]) });

export type ScanVerdict = z.infer<typeof answer>["verdict"];

/**
 * Sends a file to the scanner: `POST SCAN_URL` with the bytes as its body, answered by
 * `{"verdict": "clean" | "refused" | "pending"}`. A scanner that fails counts as one that is not
 * ready, so that no file passes unscanned.
 */
export async function scanFile(
  env: Env,
  row: Pick<FileRow, "file" | "upload">,
  stored: StoredObject,
): Promise<ScanVerdict> {
  const address: string = env.SCAN_URL;
  if (address === "") return "clean";
  try {
    const object = await env.FILES.get(stored.key, { onlyIf: { etagMatches: stored.etag } });
    if (object === null || !("body" in object)) return "pending";
    const headers = {
      "content-type": "application/octet-stream",
      // Names the bytes, so that the scanner recognises a repeat. It is no id of a client.
      "x-file-etag": stored.etag,
    };
    const limits = { timeoutMs: SCAN_TIMEOUT_MS, maxBytes: ANSWER_BYTES, loopback: loopbackOf(address) };
    const { status, body } = await guardedFetch(address, { method: "POST", headers, body: object.body }, limits);
    if (status !== 200) throw new Error(`the scanner answered ${status}`);
    return answer.parse(JSON.parse(body)).verdict;
  } catch (error) {
    logError("upload.scan", error, { upload: row.upload });
    return "pending";
  }
}

/** The operator names the address of the scanner, which may be on the same machine. */
const loopbackOf = (address: string): string[] => {
  const url = URL.parse(address);
  return url === null ? [] : [url.origin];
};
