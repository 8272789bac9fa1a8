// The cells of channels: every action over HTTP, as a command of a request and of a socket, and the
// routes that only read or set something.
import { closeCodes, type ServerFrame } from "../../../src/protocol";
import { accessToken, type Device, openSocket } from "../../support/socket";
import { type Caller, callers, isOfGuild, type PersonName, type Place, permissionsIn, places } from "./callers";
import { ask, type Cell, type MatrixRequest, type Seen, signInRefusal } from "./cell";
import { actions, appends, commandOf, refusalOf, type Subject, seqOf } from "./channel-rows";
import type { MatrixWorld } from "./world";

const C = "/v1/channels/{channel}";
const S = `${C}/messages/{seq}`;
const thumb = encodeURIComponent("👍");

/** The route of each action. */
const routes: Readonly<Record<string, { route: string; tail: string; body?: object; key?: boolean }>> = {
  "message.send": { route: `POST ${C}/messages`, tail: "/messages", body: { text: "sent" }, key: true },
  "thread reply": { route: `POST ${C}/messages`, tail: "/messages", key: true },
  "message.edit": { route: `PATCH ${S}`, tail: "/messages/{seq}", body: { text: "edited" }, key: true },
  "message.delete": { route: `DELETE ${S}`, tail: "/messages/{seq}" },
  "reaction.add": { route: `PUT ${S}/reactions/{emoji}`, tail: `/messages/{seq}/reactions/${thumb}` },
  "reaction.remove": { route: `DELETE ${S}/reactions/{emoji}`, tail: `/messages/{seq}/reactions/${thumb}` },
  "message.pin": { route: `PUT ${S}/pin`, tail: "/messages/{seq}/pin" },
  "message.unpin": { route: `DELETE ${S}/pin`, tail: "/messages/{seq}/pin" },
  "thread.follow": { route: `PUT ${S}/follow`, tail: "/messages/{seq}/follow" },
  "thread.unfollow": { route: `DELETE ${S}/follow`, tail: "/messages/{seq}/follow" },
  "history.page": { route: `GET ${C}/messages`, tail: "/messages?limit=100" },
  "read.mark": { route: `PUT ${C}/read`, tail: "/read", body: { seq: 1 } },
  "read.unmark": { route: `PUT ${C}/unread`, tail: "/unread", body: { seq: 1 } },
};

/** Channels in which messages are named: the others have none that anybody could read. */
const subjectsIn = (place: Place, subjects: readonly Subject[]): readonly Subject[] =>
  permissionsIn("owner", place) === null && place !== "direct" ? subjects.slice(0, 1) : subjects;

/** A person wrote in the channel, so that there is a message of theirs. */
const wrote = (who: Caller, place: Place): boolean => {
  if (place === "direct") return who === "author" || who === "member";
  if (place === "group") return ["owner", "administrator", "author", "member"].includes(who);
  return place === "foreign" ? who === "owner" : who !== "outsider" && signInRefusal(who) === null;
};

interface ActionOn {
  type: string;
  place: Place;
  subject: Subject;
  caller: Caller;
}

function* everyAction(): Generator<ActionOn> {
  for (const [type, { subjects }] of Object.entries(actions))
    for (const place of places)
      for (const subject of subjectsIn(place, subjects))
        for (const caller of callers)
          if (subject !== "my message" || wrote(caller, place)) yield { type, place, subject, caller };
}

const objectName = (place: Place, subject: Subject): string =>
  subject === "none" ? `${place} channel` : `${subject} in the ${place} channel`;

async function seqFor(world: MatrixWorld, { type, place, subject, caller }: ActionOn): Promise<number> {
  if (signInRefusal(caller) !== null || subject === "none") return 1;
  const isMade = refusalOf(type, caller as PersonName, place, subject) === null;
  return await seqOf(world, caller as PersonName, place, subject, isMade && actions[type]?.destroys === true);
}

const requestOf = async (world: MatrixWorld, cell: ActionOn): Promise<MatrixRequest> => {
  const { route = "", tail = "", body, key } = routes[cell.type] ?? {};
  const seq = await seqFor(world, cell);
  const sent = cell.type === "thread reply" ? { text: "sent", thread: seq } : body;
  return {
    path: `/v1/channels/${world.channels[cell.place]}${tail.replace("{seq}", String(seq))}`,
    method: route.split(" ")[0] ?? "",
    ...(sent && { body: sent }),
    ...(key && { headers: { "idempotency-key": crypto.randomUUID() } }),
  };
};

/** The cells of actions by their routes. */
export function* actionCells(): Generator<Cell> {
  for (const one of everyAction()) {
    const { type, place, subject, caller } = one;
    const found = routes[type];
    if (!found) continue;
    const refusal = signInRefusal(caller) ?? refusalOf(type, caller as PersonName, place, subject);
    yield {
      ...{ row: found.route, object: objectName(place, subject), caller, expected: refusal ?? "200" },
      run: async (world) => ask(world, caller, await requestOf(world, one)),
    };
  }
}

const withIdentity = (world: MatrixWorld, { type, place }: ActionOn, seq: number, id: string) => ({
  id,
  ...commandOf(type, seq, place),
  ...(appends(type) && { nonce: crypto.randomUUID(), epoch: world.epochs[place] ?? "epoch", after: 0 }),
});

const outcomeOf = (frame: ServerFrame | undefined, text: string): Seen => {
  if (!frame) return { outcome: "no frame", text };
  return { outcome: frame.type === "error" ? frame.code : "made", text };
};

/** The cells of commands in a request. */
export function* commandCells(): Generator<Cell> {
  for (const one of everyAction()) {
    const { type, place, subject, caller } = one;
    const refusal = signInRefusal(caller) ?? refusalOf(type, caller as PersonName, place, subject);
    yield {
      ...{
        row: `POST ${C}/commands: ${type}`,
        object: objectName(place, subject),
        caller,
        expected: refusal ?? "made",
      },
      run: async (world) => {
        const command = withIdentity(world, one, await seqFor(world, one), "1");
        const path = `/v1/channels/${world.channels[place]}/commands`;
        const seen = await ask(world, caller, { path, method: "POST", body: { commands: [command] } });
        if (seen.outcome !== "200") return seen;
        const { frames } = JSON.parse(seen.text) as { frames: ServerFrame[] };
        return outcomeOf(frames[0], seen.text);
      },
    };
  }
}

/** The open sockets of a world: one for each caller and channel. */
const opened = new WeakMap<MatrixWorld, Map<string, Device>>();
export async function socketOf(world: MatrixWorld, caller: Caller, place: Place): Promise<Device> {
  const all = opened.get(world) ?? new Map<string, Device>();
  opened.set(world, all);
  const key = `${caller} ${place}`;
  const known = all.get(key);
  // A member who was removed by another cell, and came back, opens a new one.
  if (known && !known.closed) return known;
  const token = world.tokens[caller] ?? "none";
  const access = signInRefusal(caller) === null ? await accessToken(token) : token;
  const device = await openSocket(`/v1/channels/${world.channels[place]}/socket`, access);
  all.set(key, device);
  return device;
}
export const socketsOf = (world: MatrixWorld): Map<string, Device> => opened.get(world) ?? new Map();

const isOpen = (caller: Caller, place: Place): boolean =>
  signInRefusal(caller) === null && permissionsIn(caller as PersonName, place) !== null;

/** The cells of sockets: who may open one, and every command on those that are open. */
export function* socketCells(): Generator<Cell> {
  for (const place of places)
    for (const caller of callers)
      yield {
        ...{ row: `GET ${C}/socket`, object: `${place} channel`, caller },
        expected: isOpen(caller, place)
          ? "hello"
          : `closed ${signInRefusal(caller) === null ? closeCodes.removed : closeCodes.tokenStale}`,
        run: async (world) => {
          const device = await socketOf(world, caller, place);
          await device.until((frame) => frame.type === "hello").catch(() => null);
          return {
            outcome: device.closed ? `closed ${device.closed.code}` : "hello",
            text: JSON.stringify(device.frames),
          };
        },
      };
  for (const one of everyAction()) {
    const { type, place, subject, caller } = one;
    // Nothing answers `typing.start`, so its cells are those of requests.
    if (!isOpen(caller, place) || type === "typing.start") continue;
    yield {
      ...{ row: `socket: ${type}`, object: objectName(place, subject), caller },
      expected: refusalOf(type, caller as PersonName, place, subject) ?? "made",
      run: async (world) => {
        const device = await socketOf(world, caller, place);
        const { id: _, ...command } = withIdentity(world, one, await seqFor(world, one), "");
        const id = device.send(command as never);
        const frame = await device.until((each): each is ServerFrame => "id" in each && each.id === id);
        return outcomeOf(frame, JSON.stringify(frame));
      },
    };
  }
}

interface ReadRow {
  route: string;
  tail: string;
  ok: string;
  body?: object;
  fields?: readonly string[];
  /** What a member of the channel gets in place of `ok`. */
  refusal?(who: PersonName, place: Place): string | null;
}

/** Direct channels have no name and no members to change, and guilds have routes of their own. */
export const inGroupOnly = (place: Place): string | null =>
  place === "direct" ? "channel_is_direct" : isOfGuild(place) ? "channel_of_guild" : null;
const manages = (who: PersonName, place: Place) =>
  inGroupOnly(place) ?? (permissionsIn(who, place)?.includes("manage") ? null : "forbidden");
const invites = (who: PersonName, place: Place) =>
  inGroupOnly(place) ?? (permissionsIn(who, place)?.includes("invite") ? null : "forbidden");
const older = (who: PersonName, place: Place) =>
  isOfGuild(place) && permissionsIn(who, place)?.includes("history") !== true ? "not_found" : null;

const reads: readonly ReadRow[] = [
  { route: `GET ${C}`, tail: "", ok: "200" },
  { route: `GET ${C}/pins`, tail: "/pins", ok: "200", fields: ["items", "next"] },
  { route: `GET ${C}/events`, tail: "/events", ok: "200", fields: ["frames"] },
  { route: `GET ${S}`, tail: "/messages/{seq}", ok: "200", refusal: older },
  {
    route: `GET ${S}/versions`,
    tail: "/messages/{seq}/versions",
    ok: "200",
    fields: ["items", "next"],
    refusal: older,
  },
  { route: `PUT ${C}/draft`, tail: "/draft", body: { text: "hel" }, ok: "204" },
  { route: `PUT ${C}/mute`, tail: "/mute", body: { until: 0 }, ok: "204" },
  { route: `PUT ${C}/level`, tail: "/level", body: { level: "all" }, ok: "204" },
  { route: `PATCH ${C}`, tail: "", body: { topic: "" }, ok: "200", refusal: manages },
  { route: `GET ${C}/invites`, tail: "/invites", ok: "200", fields: ["items", "next"], refusal: invites },
  { route: `POST ${C}/invites`, tail: "/invites", body: {}, ok: "200", refusal: invites },
  // A member has accepted already. Nobody is asked into a channel of a guild.
  {
    ...{ route: "PUT /v1/requests/{channel}", tail: "", ok: "200" },
    refusal: (_, place) => (isOfGuild(place) ? "not_found" : null),
  },
  // Nobody of the matrix has a request.
  { route: "DELETE /v1/requests/{channel}", tail: "", ok: "204", refusal: () => "not_found" },
];

/** The cells of the routes of a channel that only read it or set something of the caller. */
export function* readCells(): Generator<Cell> {
  for (const { route, tail, ok, body, fields, refusal } of reads)
    for (const place of places)
      for (const caller of callers) {
        const base = route.includes("/v1/requests") ? "/v1/requests/" : "/v1/channels/";
        const who = caller as PersonName;
        const isHidden = signInRefusal(caller) === null && permissionsIn(who, place) === null;
        const refused = isHidden ? "not_found" : (refusal?.(who, place) ?? null);
        yield {
          ...{ row: route, object: `${place} channel`, caller, expected: signInRefusal(caller) ?? refused ?? ok },
          ...(fields && { fields }),
          run: async (world) => {
            const seq = isPerson(caller) ? await seqOf(world, caller, place, "another's message", false) : 1;
            return await ask(world, caller, {
              path: `${base}${world.channels[place]}${tail.replace("{seq}", String(seq))}`,
              method: route.split(" ")[0] ?? "",
              ...(body && { body }),
            });
          },
        };
      }
}

const isPerson = (caller: Caller): caller is PersonName => signInRefusal(caller) === null;
