// The cells of the methods of a channel object, called without the gateway before it: the object
// itself refuses who is no member.
import { env } from "cloudflare:workers";
import type { RpcResult } from "../../../src/domain/error";
import type { ChannelPort, Caller as Identity } from "../../../src/domain/ports";
import { callers, isOfGuild, type PersonName, type Place, permissionsIn, places, readsOlder } from "./callers";
import { type Cell, type Seen, signInRefusal } from "./cell";
import { actions, commandOf, refusalOf, seqOf } from "./channel-rows";
import { attachmentIn, refusalOfUpload } from "./file-cells";
import type { MatrixWorld } from "./world";

const searchAll = {
  clauses: [{ terms: ["sekret"], isPrefix: true }],
  has: [],
  without: { clauses: [], from: [], in: [], has: [] },
  ...{ after: null, before: null, authors: [], withoutAuthors: [] },
};

/** The methods that get a caller, with a call of each. */
const methods: Readonly<
  Record<string, (channel: ChannelPort, who: Identity, seq: number) => Promise<RpcResult<unknown>>>
> = {
  runCommands: (channel, who) => channel.runCommands(who, [{ id: "1", type: "history.page", query: {} }]),
  poll: (channel, who) =>
    channel.poll(who, { query: { id: "1", wait: 0 }, knownTag: null }) as Promise<RpcResult<unknown>>,
  page: (channel, who) => channel.page(who, { limit: 50 }),
  message: (channel, who, seq) => channel.message(who, seq),
  versions: (channel, who, seq) => channel.versions(who, seq, 0, 10),
  pins: (channel, who) => channel.pins(who, null, 10),
  messagesAt: (channel, who) => channel.messagesAt(who, [1, 2, 3, 4, 5]),
  searchTail: (channel, who) => channel.searchTail(who, { filter: searchAll, position: null, limit: 50 }),
  markRead: (channel, who) => channel.markRead(who, 1),
  markUnread: (channel, who) => channel.markUnread(who, 1),
};
/** Methods that name a message which older members may read. */
const older = new Set(["message", "versions"]);

/**
 * Methods that only the server calls. Each says by what it is protected, or why it needs nothing.
 */
export const internalMethods: Readonly<Record<string, string>> = {
  append: "called with a caller: the cells of `append` below",
  applyRoster: "the directory decides the roster",
  endSessions: "the directory ends sessions",
  personalData: "shows a person what they wrote, for the export",
  erase: "of an erased account",
  reportHead: "a guild object asks for a head, which says how many messages there are",
  purge: "the directory lists what a ban deletes",
  preview: "of a request to the person who asks",
  authors: "of an erasure",
  eraseChannel: "of a channel without members",
  state: "for operators",
  compareArchive: "for operators",
  rebuildArchive: "for operators",
  restore: "for operators",
  wake: "refuses a user who is no member: the cells of `wake` below",
  claimNotifications: "for the push consumer",
  reportDeliveries: "for the push consumer",
  ringing: "for the push consumer",
  admitToCall: "called with a caller: the cells of POST /v1/calls/ice",
  mayRead: "called with a caller: the cells of `mayRead` below",
  mayAttach: "called with a caller: the cells of `mayAttach` below",
  heldTickets: "for the sweep of files, which knows the tickets",
  fetch: "the cells of sockets",
  webSocketMessage: "the cells of sockets",
  webSocketClose: "changes nothing of others",
  webSocketError: "changes nothing of others",
  alarm: "called by the platform",
  constructor: "",
};
export const callerMethods: readonly string[] = Object.keys(methods);

const seenOf = (answer: RpcResult<unknown>): Seen => {
  const text = JSON.stringify(answer);
  return { outcome: answer.ok ? "made" : answer.code, text };
};

const objectOf = (world: MatrixWorld, place: Place) =>
  env.CHANNELS.getByName(world.channels[place]) as unknown as ChannelPort;

export function* objectCells(): Generator<Cell> {
  const people = callers.filter((caller): caller is PersonName => signInRefusal(caller) === null);
  for (const place of places)
    for (const caller of people) {
      const permissions = permissionsIn(caller, place);
      const identity = (world: MatrixWorld): Identity => {
        const { id, session } = world.people[caller];
        // Another cell may have ended a session in this millisecond.
        return { user: id, session, issuedAt: Date.now() + 60_000 };
      };
      const other = (world: MatrixWorld) => seqOf(world, caller, place, "another's message", false);
      for (const [name, run] of Object.entries(methods)) {
        const isOlder = older.has(name) && isOfGuild(place) && !readsOlder(caller, place);
        const expected = permissions === null || isOlder ? "not_found" : "made";
        yield {
          ...{ row: `ChannelObject.${name}`, object: `${place} channel`, caller, expected },
          run: async (world) => seenOf(await run(objectOf(world, place), identity(world), await other(world))),
        };
      }
      yield {
        ...{ row: "ChannelObject.wake", object: `${place} channel`, caller },
        expected: permissions === null ? "not_found" : "made",
        run: async (world) => seenOf(await objectOf(world, place).wake(world.people[caller].id)),
      };
      yield {
        ...{ row: "ChannelObject.mayRead", object: `${place} channel`, caller },
        expected: permissions === null ? "not_found" : "made",
        run: async (world) =>
          seenOf(await objectOf(world, place).mayRead(identity(world), (await attachmentIn(world, place)) as never)),
      };
      yield {
        ...{ row: "ChannelObject.mayAttach", object: `${place} channel`, caller },
        expected: refusalOfUpload(caller, place) ?? "made",
        run: async (world) => seenOf(await objectOf(world, place).mayAttach(identity(world))),
      };
      for (const type of Object.keys(actions).filter((one) => /^(message|reaction|thread)/.test(one))) {
        const subject = type === "message.send" ? "none" : "another's message";
        yield {
          ...{ row: `ChannelObject.append: ${type}`, object: `${place} channel`, caller },
          expected: refusalOf(type, caller, place, subject) ?? "made",
          run: async (world) => {
            const isMade = refusalOf(type, caller, place, subject) === null;
            const seq = await seqOf(world, caller, place, subject, isMade && actions[type]?.destroys === true);
            const command = commandOf(type, seq, place) as never;
            return seenOf(await objectOf(world, place).append(identity(world), { identifiedBy: "none", command }));
          },
        };
      }
      // A token from before the end of a session: the owner ended one.
      if (caller === "owner" && permissions !== null && place !== "foreign")
        for (const [name, run] of Object.entries(methods))
          yield {
            ...{
              row: `ChannelObject.${name}`,
              object: `${place} channel, by an old token`,
              caller,
              expected: "token_expired",
            },
            run: async (world) => seenOf(await run(objectOf(world, place), { ...identity(world), issuedAt: 1 }, 1)),
          };
    }
}
