// The cells of channels: every action over HTTP, as a command of a request and of a socket, and the
// routes that only read or set something.
import { closeCodes, limits, type ServerFrame } from "../../../src/protocol";
import { accessToken, type Device, join, openSocket } from "../../support/socket";
import { type Caller, callers, type PersonName, type Place, permissionsIn, places } from "./callers";
import { ask, type Cell, type MatrixRequest, type Seen, signInRefusal } from "./cell";
import { actions, appends, commandOf, needsSocket, refusalOf, type Subject, seqOf } from "./channel-rows";
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
    const refused = signInRefusal(caller) ?? refusalOf(type, caller as PersonName, place, subject);
    // Who lacks the permission is refused for that, or because it is no socket.
    const isMember = refused !== "not_found" && signInRefusal(caller) === null;
    const isForSockets = needsSocket(type) && (type !== "call.join" || refused === "call_over");
    const refusal = isMember && isForSockets ? "invalid" : refused;
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
        // The next cell finds no call.
        if (type === "call.start") device.send({ type: "call.leave" });
        const frame = await device.until((each): each is ServerFrame => "id" in each && each.id === id);
        return outcomeOf(frame, JSON.stringify(frame));
      },
    };
  }
}

/** The signals of typing: whoever may not send does not appear to type. */
export function* typingCells(): Generator<Cell> {
  for (const caller of ["author", "silenced", "timedOut", "member", "role:thread"] as const) {
    const isShown = permissionsIn(caller, "text")?.includes("send") === true;
    yield {
      ...{ row: "socket: typing.start", object: "what others see", caller, expected: isShown ? "shown" : "not shown" },
      run: async (world) => {
        const watching = await join(world.people.owner, world.channels.text);
        const typing = await join(world.people[caller], world.channels.text);
        const { id: user } = world.people[caller];
        const isSeen = () =>
          watching.frames.some(
            (frame) => JSON.stringify(frame).includes(`"typing.started"`) && JSON.stringify(frame).includes(user),
          );
        typing.send({ type: "typing.start" });
        await typing.answer(typing.send({ type: "read.mark", seq: 1 }), "ack");
        await watching.answer(watching.send({ type: "read.mark", seq: 1 }), "ack");
        // Another cell may have typed just now: a member is shown once in a few seconds.
        for (let waited = 0; waited < limits.typingEveryMs && isShown && !isSeen(); waited += 300) {
          typing.send({ type: "typing.start" });
          await scheduler.wait(300);
        }
        for (const device of [watching, typing]) device.close();
        return { outcome: isSeen() ? "shown" : "not shown", text: "" };
      },
    };
  }
}
