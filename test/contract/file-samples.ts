// A valid request for every route of uploads and files, for the test of the access table.
import type { Person } from "../support/http";
import { pngOf } from "../support/pictures";
import { beginUpload, filePath, noise, sendFile, sendPart, uploadPath } from "../support/uploads";
import type { Sample, World } from "./samples";

const U = "/v1/channels/{channel}/uploads/{upload}";
const binary = { "content-type": "application/octet-stream" };

const ONE_BYTE = "x";
/** A picture of one pixel whose bytes are all below 128, so that a text can carry it. */
const TINY_GIF = "GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";

/** Begins an upload of alice. In a channel that she is not in there is none. */
async function uploadOf({ alice, channel }: World, isComplete = false): Promise<string> {
  try {
    const upload = await beginUpload(alice, channel, 1);
    if (isComplete) await sendPart(alice, channel, upload, noise(1), 1);
    return uploadPath(channel, upload);
  } catch {
    return uploadPath(channel, { id: "l_nowhere" });
  }
}

/** Sends a file of alice. In a channel that she is not in there is none. */
async function fileOf({ alice, channel }: World): Promise<string> {
  try {
    return (await sendFile(alice, channel, { bytes: await pngOf(2, 2), type: "image/png" })).id;
  } catch {
    return "a_nowhere";
  }
}

/** Makes the request of `who`, by "METHOD /path". */
export const fileSamples: Record<string, (world: World, who: Person) => Sample | Promise<Sample>> = {
  "POST /v1/channels/{channel}/uploads": ({ channel }) => ({
    path: `/v1/channels/${channel}/uploads`,
    body: { name: "notes.txt", size: 1, type: "text/plain" },
  }),
  [`GET ${U}`]: async (world) => ({ path: await uploadOf(world) }),
  [`DELETE ${U}`]: async (world) => ({ path: await uploadOf(world) }),
  [`PUT ${U}/parts/{part}`]: async (world) => ({
    path: `${await uploadOf(world)}/parts/1`,
    body: ONE_BYTE,
    headers: binary,
  }),
  [`PUT ${U}/variants/{variant}`]: async (world) => ({
    path: `${await uploadOf(world)}/variants/view`,
    body: TINY_GIF,
    headers: binary,
  }),
  [`POST ${U}/complete`]: async (world) => ({ path: `${await uploadOf(world, true)}/complete`, body: {} }),
  "GET /v1/files/{attachment}/{variant}/{name}": async (world) => ({ path: filePath(await fileOf(world)) }),
  "POST /v1/files/{attachment}/links": async (world) => ({ path: `/v1/files/${await fileOf(world)}/links`, body: {} }),
  "POST /v1/files/{attachment}/forwards": async (world) => ({
    path: `/v1/files/${await fileOf(world)}/forwards`,
    body: { channel: world.channel },
  }),
};
