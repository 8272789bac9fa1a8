// Uploads the files of messages that wait in the outbox, one file of a message at a time, and two
// messages at the same time. A message is sent when all of its files have a ticket.
import type { CompletedUpload } from "../../protocol";
import type { FileInput } from "../outbox/file-source";
import type { UploadRequest } from "../outbox/file-upload";
import { KEEP_UPLOAD } from "../outbox/outbox";
import { ParleyError } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import type { PendingCommand } from "./pending-command";
import type { PendingCommands } from "./pending-commands";

/** The most messages whose files are uploaded at the same time. */
const PARALLEL_MESSAGES = 2;

/**
 * Loads the code of uploads, which a page does not need before the first file. Without a connection
 * a page cannot load it, and tries again.
 */
const loadUploads = () =>
  Promise.all([import("../outbox/file-source"), import("../outbox/file-upload")]).catch((error: unknown) => {
    throw new ParleyError("offline", { detail: String(error) });
  });

/** Uploads a file and returns its ticket. */
export async function upload(
  { http, environment, channel }: { http: Http; environment: Environment; channel: string },
  file: FileInput,
  { name, type, ...request }: UploadRequest & { name?: string | undefined; type?: string | undefined },
): Promise<CompletedUpload> {
  const [{ sourceOf }, { uploadFile }] = await http.untilAnswered(loadUploads, request.signal);
  return await uploadFile(http, channel, await sourceOf(file, { name, type }, environment.fetch), request);
}

export class FileUploads {
  readonly #channel: string;
  readonly #http: Http;
  readonly #environment: Environment;
  readonly #pending: PendingCommands;
  readonly #changed: () => void;
  #running = 0;
  #isStopped = false;

  constructor(channel: string, http: Http, environment: Environment, pending: PendingCommands, changed: () => void) {
    this.#channel = channel;
    this.#http = http;
    this.#environment = environment;
    this.#pending = pending;
    this.#changed = changed;
  }

  /** Begins what waits. */
  start(): void {
    this.#isStopped = false;
    this.#fill();
  }

  /** Ends what runs, because the client ends. `start` goes on with the parts that had arrived. */
  stop(): void {
    this.#isStopped = true;
    for (const { upload } of this.#pending.list) upload?.abort(KEEP_UPLOAD);
  }

  #fill(): void {
    for (const pending of this.#pending.list) {
      if (this.#isStopped || this.#running >= PARALLEL_MESSAGES) return;
      if (pending.stage.state === "uploading" && !pending.upload) void this.#run(pending);
    }
  }

  async #run(pending: PendingCommand): Promise<void> {
    const aborter = new AbortController();
    pending.upload = aborter;
    pending.sent = (pending.entry.files ?? []).map(({ ticket, bytes }) => (ticket === undefined ? 0 : bytes.size));
    this.#running++;
    try {
      for (const at of pending.sent.keys()) await this.#upload(pending, at, aborter.signal);
    } catch (error) {
      const refusal = error instanceof ParleyError ? error : new ParleyError("internal", { detail: String(error) });
      if (!aborter.signal.aborted) this.#pending.uploadFailed(pending, refusal);
    } finally {
      delete pending.upload;
      this.#running--;
      this.#fill();
    }
  }

  async #upload(pending: PendingCommand, at: number, signal: AbortSignal): Promise<void> {
    const file = pending.entry.files?.[at];
    if (!file || file.ticket !== undefined) return;
    const parts = { http: this.#http, environment: this.#environment, channel: this.#channel };
    const { ticket } = await upload(parts, file.bytes, {
      ...{ name: file.name, type: file.type, measured: file.measured },
      ...{ variants: file.variants, resume: file.upload, signal },
      onBegun: (id) => {
        if (!signal.aborted && id !== pending.entry.files?.[at]?.upload)
          this.#pending.fileChanged(pending, at, { upload: id });
      },
      onProgress: (sent) => {
        if (pending.sent) pending.sent = pending.sent.with(at, sent);
        this.#changed();
      },
    });
    signal.throwIfAborted();
    this.#pending.fileChanged(pending, at, { ticket });
  }
}
