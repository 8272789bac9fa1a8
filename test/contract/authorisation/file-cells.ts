// The cells of uploads and files. Who sees a channel reads the files of its messages, and an upload
// is its account's alone.
import { attachmentIdOf } from "../../../src/domain/attachments";
import { beginUpload, filePath, noise, sendFile, sendPart, uploadPath } from "../../support/uploads";
import { type Caller, callers, isOfGuild, type PersonName, type Place, permissionsIn, places } from "./callers";
import { ask, type Cell, signInRefusal } from "./cell";
import { type MatrixWorld, tidy } from "./world";

const C = "/v1/channels/{channel}";
const U = `${C}/uploads/{upload}`;

/** Who sends the file of a place: a person who may attach files there. */
const senderIn = (place: Place): "author" | "owner" => (place === "direct" ? "author" : "owner");

/** The attachments of a world, each sent when a cell first needs it. Bound: the worlds of a run. */
const sent = new WeakMap<MatrixWorld, Map<Place, Promise<string>>>();

/** Returns the id of an attachment in a channel; in one that nobody sees, one that could exist. */
export function attachmentIn(world: MatrixWorld, place: Place): Promise<string> {
  const known = sent.get(world) ?? new Map<Place, Promise<string>>();
  sent.set(world, known);
  const found = known.get(place) ?? makeAttachment(world, place);
  known.set(place, found);
  return found;
}

async function makeAttachment(world: MatrixWorld, place: Place): Promise<string> {
  const sender = senderIn(place);
  const channel = world.channels[place];
  if (permissionsIn(sender, place) === null) return attachmentIdOf("0123456789abc", channel);
  return (await sendFile(world.people[sender], channel, { bytes: noise(16) })).id;
}

/** What somebody who may not attach files to messages of a place is answered. */
export function refusalOfUpload(who: PersonName, place: Place): string | null {
  const permissions: readonly string[] | null = permissionsIn(who, place);
  if (permissions === null) return "not_found";
  const needed = isOfGuild(place) ? ["send", "attach"] : ["send"];
  return needed.every((name) => permissions.includes(name)) ? null : "forbidden";
}

/** What is asked of an upload of the owner, in the group. */
const ofUpload: readonly [route: string, tail: string, ok: string, body?: object | string][] = [
  [`GET ${U}`, "", "200"],
  [`PUT ${U}/parts/{part}`, "/parts/1", "204", "x"],
  [`PUT ${U}/variants/{variant}`, "/variants/view", "invalid", "no picture"],
  [`POST ${U}/complete`, "/complete", "200", {}],
  [`DELETE ${U}`, "", "204"],
];

export function* fileCells(): Generator<Cell> {
  for (const place of places)
    for (const caller of callers) {
      const who = caller as PersonName;
      const signedOut = signInRefusal(caller);
      const seen = signedOut ?? (permissionsIn(who, place) === null ? "not_found" : "200");
      const base = { object: `${place} channel`, caller };
      yield {
        ...{ row: `POST ${C}/uploads`, ...base, expected: signedOut ?? refusalOfUpload(who, place) ?? "200" },
        run: async (world) => {
          await tidy(world);
          const path = `/v1/channels/${world.channels[place]}/uploads`;
          return ask(world, caller, { path, method: "POST", body: { name: "a", size: 1 } });
        },
      };
      yield {
        ...{ row: "GET /v1/files/{attachment}/{variant}/{name}", ...base, expected: seen },
        run: async (world) => ask(world, caller, { path: filePath(await attachmentIn(world, place)) }),
      };
      yield {
        ...{ row: "POST /v1/files/{attachment}/links", ...base, expected: seen },
        run: async (world) =>
          ask(world, caller, {
            path: `/v1/files/${await attachmentIn(world, place)}/links`,
            ...{ method: "POST", body: {} },
          }),
      };
      yield {
        ...{ row: "POST /v1/files/{attachment}/forwards", ...base },
        expected: seen === "200" ? (refusalOfUpload(who, place) ?? "200") : seen,
        run: async (world) =>
          ask(world, caller, {
            path: `/v1/files/${await attachmentIn(world, place)}/forwards`,
            ...{ method: "POST", body: { channel: world.channels[place] } },
          }),
      };
    }
  for (const [route, tail, ok, body] of ofUpload)
    for (const caller of callers)
      yield {
        ...{ row: route, object: "an upload of the owner in the group", caller },
        expected: signInRefusal(caller) ?? (isUploader(caller) ? ok : "not_found"),
        run: async (world) => {
          await tidy(world);
          const { owner } = world.people;
          const upload = await beginUpload(owner, world.channels.group, tail.includes("variants") ? 10 : 1);
          if (tail === "/complete") await sendPart(owner, world.channels.group, upload, noise(1), 1);
          const headers = { "content-type": "application/octet-stream" };
          return ask(world, caller, {
            path: `${uploadPath(world.channels.group, upload)}${tail}`,
            method: route.split(" ")[0] ?? "",
            ...(body !== undefined && { body, ...(typeof body === "string" && { headers }) }),
          });
        },
      };
}

const isUploader = (caller: Caller): boolean => caller === "owner";
