// What a row of a guild's route may ask of its caller, and what the rows share.
import type { GuildPermission } from "../../../src/protocol";
import { change } from "../../support/guild";
import { call } from "../../support/http";
import {
  type Caller,
  type PersonName,
  type Place,
  permissionsIn,
  permissionsInGuild,
  rankOf,
  rankOfRole,
} from "./callers";
import type { MatrixRequest } from "./cell";
import type { MatrixWorld } from "./world";

/** Returns why a member of the guild is refused; null if this does not refuse them. */
type Need = (who: PersonName) => string | null;

const refuse =
  (code: string, isMet: (who: PersonName) => boolean): Need =>
  (who) =>
    isMet(who) ? null : code;
/** Nobody, not even the owner, finds this. */
export const missing: Need = () => "not_found";
export const never: Need = () => "forbidden";
export const has = (name: GuildPermission): Need =>
  refuse("forbidden", (who) => permissionsInGuild(who).includes(name));
export const isOwner: Need = refuse("forbidden", (who) => who === "owner");
export const isAbove = (role: string): Need => refuse("forbidden", (who) => rankOf(who) > rankOfRole(role));
export const sees = (place: Place): Need => refuse("not_found", (who) => permissionsIn(who, place) !== null);
export const hasIn = (place: Place, name: GuildPermission): Need =>
  refuse("forbidden", (who) => permissionsIn(who, place)?.includes(name) === true);
/** The hidden category is denied to everyone, and no role has an override there. */
export const seesHidden: Need = refuse("not_found", (who) => who === "owner" || who === "administrator");
export const fails =
  (code: string): Need =>
  () =>
    code;

export interface GuildRow {
  route: string;
  object: string;
  needs: readonly Need[];
  /** The status for those who are refused nothing. */
  ok: string;
  fields?: readonly string[];
  /** See `Cell.namesPlaces`. */
  namesPlaces?: boolean;
  /** A part of the answer, and what of it the caller must see. */
  shown?: { of(answer: string): string; to(who: PersonName): string };
  /** The request, below the address of the guild. */
  request(world: MatrixWorld, who: Caller): MatrixRequest | Promise<MatrixRequest>;
  /** Makes what a permitted request will name, before the directory is read. */
  prepare?(world: MatrixWorld): Promise<unknown>;
  /** Whether the request changes only rows that name the last id of its path. */
  touchesNamed?: boolean;
  /** Takes back what a permitted request changed. */
  undo?(world: MatrixWorld, answer: string, who: Caller): Promise<unknown>;
}

const summary = ["id", "name", "description", "color", "owner", "createdAt", "deleteAt"];
export const whole = [
  ...summary,
  "welcomeChannel",
  "everyone",
  "roles",
  "categories",
  "channels",
  "myRoles",
  "permissions",
  "joinedAt",
];
export const roleFields = ["id", "name", "color", "position", "permissions", "mentionable", "grouped"];

export const byOwner = (world: MatrixWorld, method: string, path: string, body?: object) =>
  change<{ id: string }>(world.people.owner, world.guild, method, path, body);
export const nonce = () => crypto.randomUUID();
export const roleBody = (name: string, permissions: GuildPermission[] = ["view"]) => ({ name, permissions });

/** Undoes the creation of a role by its answer. */
export const dropRole = (world: MatrixWorld, answer: string) =>
  byOwner(world, "DELETE", `roles/${JSON.parse(answer).id}`);
/** Undoes the creation of a channel: the newest of its name. */
export async function dropChannel(world: MatrixWorld): Promise<void> {
  const { channels } = await call<{ channels: { id: string; name: string }[] }>(`/v1/guilds/${world.guild}`, {
    token: world.tokens.owner ?? "",
  });
  for (const { id } of channels.filter(({ name }) => name === "made here"))
    await byOwner(world, "DELETE", `channels/${id}`);
}
export const freshRole = async (world: MatrixWorld) => (await byOwner(world, "POST", "roles", roleBody("fresh"))).id;

/** A role that the owner made is used until somebody deletes it. */
const kept = new WeakMap<MatrixWorld, Map<string, Promise<string>>>();
export function keep(world: MatrixWorld, name: string, make: () => Promise<string>): Promise<string> {
  const all = kept.get(world) ?? new Map<string, Promise<string>>();
  kept.set(world, all);
  const made = all.get(name) ?? make();
  all.set(name, made);
  return made;
}
export const forget = (name: string) => async (world: MatrixWorld) => void kept.get(world)?.delete(name);

export const at = (path: string, body?: object): MatrixRequest => ({ path, ...(body && { body }) });
export const G = "/v1/guilds/{guild}";
