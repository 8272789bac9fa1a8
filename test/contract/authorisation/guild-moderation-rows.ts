// The rows of the matrix for bans, time-outs, purges, locks and the audit log of a guild.
import { at, byOwner, G, type GuildRow, has, hasIn, isAbove, missing, never, sees } from "./guild-needs";
import { C, channel, strangeRows } from "./guild-place-rows";
import type { Anyone, MatrixWorld } from "./world";

const list = { ok: "200", fields: ["items", "next"] };
const purged = { ok: "200", fields: ["messages", "channels", "left"] };
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const B = `${G}/bans/{user}`;
const banOf = (who: Anyone) => (world: MatrixWorld) => at(`/bans/${world.people[who].id}`, {});
const liftOf = (who: Anyone) => (world: MatrixWorld) => at(`/bans/${world.people[who].id}`);

/** Lifts the ban of a member, and adds them again with their role. */
const addAgain = (who: "lowMember" | "highMember", role: "low" | "high") => async (world: MatrixWorld) => {
  const { id } = world.people[who];
  await byOwner(world, "DELETE", `bans/${id}`);
  await byOwner(world, "PUT", `members/${id}`);
  await byOwner(world, "PUT", `members/${id}/roles/${world.roles[role]}`);
};

const bans: readonly GuildRow[] = [
  { ...{ route: `GET ${G}/bans`, object: "the bans", needs: [has("ban")] }, ...list, request: () => at("/bans") },
  {
    ...{ route: `PUT ${B}`, object: "a person who is no member", needs: [has("ban")], ok: "204" },
    ...{ request: banOf("stranger"), undo: (world) => byOwner(world, "DELETE", `bans/${world.people.stranger.id}`) },
  },
  {
    ...{ route: `PUT ${B}`, object: "a member of a low rank", needs: [has("ban"), isAbove("low")], ok: "204" },
    ...{ request: banOf("lowMember"), undo: addAgain("lowMember", "low") },
  },
  {
    ...{ route: `PUT ${B}`, object: "a member of the highest rank", needs: [has("ban"), isAbove("high")], ok: "204" },
    ...{ request: banOf("highMember"), undo: addAgain("highMember", "high") },
  },
  {
    // Nobody bans the owner, not even the owner.
    ...{ route: `PUT ${B}`, object: "the owner", needs: [has("ban"), never], ok: "204" },
    request: banOf("owner"),
  },
  {
    ...{ route: `PUT ${B}`, object: "an unknown person", needs: [has("ban"), missing], ok: "204" },
    request: () => at("/bans/u_nobody", {}),
  },
  {
    ...{ route: `DELETE ${B}`, object: "a banned person", needs: [has("ban")], ok: "204", request: liftOf("banned") },
    undo: (world) => byOwner(world, "PUT", `bans/${world.people.banned.id}`, {}),
  },
  {
    ...{ route: `DELETE ${B}`, object: "a person who is not banned", needs: [has("ban")], ok: "204" },
    request: liftOf("stranger"),
  },
];

const T = `${G}/members/{user}/time-out`;
const moderates = has("moderate_members");
const timeOutOf = (who: Anyone) => (world: MatrixWorld) =>
  at(`/members/${world.people[who].id}/time-out`, { forMs: HOUR_MS });
const endOf = (who: Anyone) => (world: MatrixWorld) => at(`/members/${world.people[who].id}/time-out`);
const endAgain = (who: Anyone) => (world: MatrixWorld) =>
  byOwner(world, "DELETE", `members/${world.people[who].id}/time-out`);

const timeOuts: readonly GuildRow[] = [
  {
    ...{ route: `PUT ${T}`, object: "a member of a low rank", needs: [moderates, isAbove("low")], ok: "204" },
    ...{ request: timeOutOf("lowMember"), undo: endAgain("lowMember") },
  },
  {
    ...{ route: `PUT ${T}`, object: "a member of the highest rank", needs: [moderates, isAbove("high")], ok: "204" },
    ...{ request: timeOutOf("highMember"), undo: endAgain("highMember") },
  },
  {
    // A time-out would take nothing from them.
    ...{ route: `PUT ${T}`, object: "an administrator", needs: [moderates, never], ok: "204" },
    request: timeOutOf("administrator"),
  },
  {
    ...{ route: `PUT ${T}`, object: "the owner", needs: [moderates, never], ok: "204" },
    request: timeOutOf("owner"),
  },
  {
    ...{ route: `PUT ${T}`, object: "a person who is no member", needs: [missing], ok: "204" },
    request: timeOutOf("stranger"),
  },
  {
    // Also for the timed-out member, who has the rank and not the permission.
    ...{ route: `DELETE ${T}`, object: "a timed-out moderator", needs: [moderates, isAbove("moderator")], ok: "204" },
    request: endOf("timedOut"),
    undo: (world) => byOwner(world, "PUT", `members/${world.people.timedOut.id}/time-out`, { forMs: DAY_MS }),
  },
  {
    ...{ route: `DELETE ${T}`, object: "a person who is no member", needs: [missing], ok: "204" },
    request: endOf("stranger"),
  },
];

const P = `${G}/purges`;
const purges = has("delete_any");
const purgeOf = (who: Anyone) => (world: MatrixWorld) => at("/purges", { user: world.people[who].id, hours: 1 });
const purgeIn = (place: "text" | "private") => (world: MatrixWorld) =>
  at("/purges", { user: world.people.stranger.id, hours: 1, channel: world.channels[place] });

/** The people have sent nothing, so a purge changes nothing of the world. */
const purgeRows: readonly GuildRow[] = [
  {
    ...{ route: `POST ${P}`, object: "a person who is no member", needs: [purges] },
    ...purged,
    request: purgeOf("stranger"),
  },
  {
    ...{ route: `POST ${P}`, object: "a member of a low rank", needs: [purges, isAbove("low")] },
    ...{ ...purged, request: purgeOf("lowMember") },
  },
  {
    ...{ route: `POST ${P}`, object: "a member of the highest rank", needs: [purges, isAbove("high")] },
    ...{ ...purged, request: purgeOf("highMember") },
  },
  {
    ...{ route: `POST ${P}`, object: "an unknown person", needs: [purges, missing] },
    ...{ ...purged, request: () => at("/purges", { user: "u_nobody", hours: 1 }) },
  },
  ...(["text", "private"] as const).map((place) => ({
    ...{ route: `POST ${P}`, object: `one channel: ${place}`, needs: [sees(place), hasIn(place, "delete_any")] },
    ...{ ...purged, request: purgeIn(place) },
  })),
];

const L = `${C}/lock`;
/** A lock denies everyone `send`, so it needs what it takes. */
const locks = (place: "text" | "private") => [sees(place), hasIn(place, "manage_channels"), has("send")];
const lockRow = (method: "PUT" | "DELETE", place: "text" | "private", object: string): GuildRow => ({
  ...{ route: `${method} ${L}`, object, needs: locks(place), ok: "204", request: channel(place, undefined, "/lock") },
  ...(method === "PUT" && {
    undo: (world) => byOwner(world, "DELETE", `channels/${world.channels[place]}/lock`),
  }),
});

const lockRows: readonly GuildRow[] = (["PUT", "DELETE"] as const).flatMap((method) => [
  lockRow(method, "text", "an open channel"),
  lockRow(method, "private", "a private channel"),
  ...strangeRows(`${method} ${L}`, "/lock").map((row) => ({ ...row, ok: "204" })),
]);

const audit: readonly GuildRow[] = [
  {
    ...{ route: `GET ${G}/audit-log`, object: "the audit log", needs: [has("view_audit_log")], namesPlaces: true },
    ...{ ...list, request: () => at("/audit-log?limit=100") },
  },
];

export const moderationRows: readonly GuildRow[] = [...bans, ...timeOuts, ...purgeRows, ...lockRows, ...audit];
