// Uploads of files by the HTTP API, as a program makes them.
import { exports } from "cloudflare:workers";
import type { CompletedUpload, CompleteUpload, Message, Upload } from "../../src/protocol";
import { call, ORIGIN, type Person } from "./http";

export interface TestFile {
  name?: string;
  type?: string;
  bytes: Uint8Array;
  measured?: CompleteUpload;
  variants?: Record<string, Uint8Array>;
}

/** Returns bytes that repeat nowhere near, and are the same for the same `seed`. */
export function noise(length: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed * 2_654_435_761;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[i] = state >>> 24;
  }
  return bytes;
}

/** Sends bytes as the body of a request. */
export const putBytes = (
  path: string,
  token: string,
  bytes: Uint8Array,
  headers: Record<string, string> = {},
): Promise<Response> =>
  exports.default.fetch(
    new Request(ORIGIN + path, {
      method: "PUT",
      body: bytes,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/octet-stream", ...headers },
    }),
  );

export const beginUpload = (person: Person, channel: string, size: number, name = "notes.bin", type = "") =>
  call<Upload>(`/v1/channels/${channel}/uploads`, { method: "POST", token: person.token, body: { name, size, type } });

export const uploadPath = (channel: string, { id }: Pick<Upload, "id">): string =>
  `/v1/channels/${channel}/uploads/${id}`;

/** Sends one part of a file. */
export function sendPart(person: Person, channel: string, upload: Upload, bytes: Uint8Array, part: number) {
  const from = (part - 1) * upload.partSize;
  const body = bytes.subarray(from, from + upload.partSize);
  return putBytes(`${uploadPath(channel, upload)}/parts/${part}`, person.token, body);
}

export const complete = (person: Person, channel: string, upload: Upload, measured: CompleteUpload = {}) =>
  call<CompletedUpload>(`${uploadPath(channel, upload)}/complete`, {
    method: "POST",
    token: person.token,
    body: measured,
  });

/** Uploads a file with its variants. Returns its ticket. */
export async function uploadFile(
  person: Person,
  channel: string,
  { bytes, name = "notes.bin", type = "", measured = {}, variants = {} }: TestFile,
): Promise<CompletedUpload> {
  const upload = await beginUpload(person, channel, bytes.length, name, type);
  for (let part = 1; part <= upload.parts; part++) {
    const sent = await sendPart(person, channel, upload, bytes, part);
    if (sent.status !== 204) throw new Error(`part ${part}: ${sent.status} ${await sent.text()}`);
  }
  for (const [variant, picture] of Object.entries(variants)) {
    const sent = await putBytes(`${uploadPath(channel, upload)}/variants/${variant}`, person.token, picture);
    if (sent.status !== 204) throw new Error(`${variant}: ${sent.status} ${await sent.text()}`);
  }
  return await complete(person, channel, upload, measured);
}

/** Returns the keys that R2 lists. */
export async function storedKeys(bucket: R2Bucket): Promise<string[]> {
  return (await bucket.list()).objects.map(({ key }) => key).sort();
}

/** Uploads a file and sends it in a message. Returns the id of its attachment and the seq. */
export async function sendFile(
  person: Person,
  channel: string,
  file: TestFile,
): Promise<{ id: string; seq: number; message: Message }> {
  const { ticket } = await uploadFile(person, channel, file);
  const { seq } = await call<{ seq: number }>(`/v1/channels/${channel}/messages`, {
    ...{ method: "POST", token: person.token, headers: { "idempotency-key": crypto.randomUUID() } },
    body: { text: "", attachments: [ticket] },
  });
  const message = await call<Message>(`/v1/channels/${channel}/messages/${seq}`, { token: person.token });
  const [attachment] = message.body.state === "live" ? message.body.attachments : [];
  if (!attachment) throw new Error("the message has no attachment");
  return { id: attachment.id, seq, message };
}

export const filePath = (id: string, variant = "original"): string => `/v1/files/${id}/${variant}/any-name`;
