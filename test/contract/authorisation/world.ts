// The world of the authorisation matrix: people with every standing, a guild, another guild, one
// that will be deleted, a direct channel and a group. Members and roles are written into the
// directory at once, because 30 requests that add them would deliver 30 rosters.
import { env } from "cloudflare:workers";
import type { GuildCategory, Page } from "../../../src/protocol";
import { change, openGuild, openGuildChannel } from "../../support/guild";
import {
  call,
  openDirect,
  openGroup,
  type Person,
  putMember,
  register,
  removeMember,
  request,
} from "../../support/http";
import { accessToken } from "../../support/socket";
import { signIn } from "../samples";
import { type Caller, grants, heldRole, isFormer, isMember, type PersonName, type Place, people } from "./callers";
import { wordsOfNames } from "./permission-words";

/** Members whom callers change: the role of one is low, that of the other is the highest. */
export type Target = "lowMember" | "highMember" | "stranger";
export type Anyone = PersonName | Target;

export interface MatrixWorld {
  people: Record<Anyone, Person>;
  tokens: Record<Caller, string | undefined>;
  guild: string;
  /** A guild of the owner, in which `administrator` has that permission too. */
  otherGuild: string;
  /** A guild with the same members that will be erased. */
  closingGuild: string;
  everyone: string;
  /** Ids by the name of the role; `foreign` is a role of the other guild. */
  roles: Record<string, string>;
  channels: Record<Place, string>;
  /** `secluded` is hidden too, and its name is not secret: it has a channel that all see. */
  categories: Record<"open" | "hidden" | "secluded" | "ranked" | "foreign" | "unknown", string>;
  /** A guild in which everyone has most permissions and nobody has a role. */
  flatGuild: { id: string; everyone: string; channel: string };
  epochs: Partial<Record<Place, string>>;
  /** Seqs of messages, by channel and author. */
  own: Partial<Record<Place, Partial<Record<Anyone, number[]>>>>;
  /** A deleted message in each channel. */
  deleted: Partial<Record<Place, number>>;
}

/** Words that only some may read. A server must show none of them to anyone else. */
export const secrets = {
  guild: "sekret-guild",
  hiddenCategory: "sekret-category",
  privateName: "sekret-private-name",
  otherGuild: "sekret-other-guild",
} as const;
export const secretOf = (place: Place): string => `sekret-in-${place}`;

const OWN_MESSAGES = 6;
/** Longer than any run. */
const LONG_MS = 24 * 3_600_000;
const all = ["view", "history", "send", "thread", "react", "pin", "edit_own", "delete_own", "invite"] as const;

/** Registers everyone once: a world that was damaged is made again with the same accounts. */
export async function registerPeople(): Promise<Record<Anyone, Person>> {
  const names: Anyone[] = [...people, "lowMember", "highMember", "stranger"];
  const made = await Promise.all(
    names.map(async (name) => [name, await register(name.replace(/\W|_/g, "-").slice(0, 14))]),
  );
  return Object.fromEntries(made);
}

const insert = (table: string, columns: string, rows: unknown[]) =>
  env.DIRECTORY.prepare(`INSERT INTO ${table} SELECT ${columns} FROM json_each(?)`).bind(JSON.stringify(rows)).run();

/** Adds members and roles to a guild. Takes effect in its channels with the next change. */
async function fill(guild: string, members: Person[], roles: Record<string, string>, held: [Person, string][]) {
  await env.DIRECTORY.prepare("DELETE FROM guild_members WHERE user IN (SELECT value FROM json_each(?)) AND guild = ?")
    .bind(JSON.stringify(members.map(({ id }) => id)), guild)
    .run();
  await insert(
    "guild_members",
    `'${guild}', value, 1, 1, value`,
    members.map(({ id }) => id),
  );
  const rows = Object.entries(roles).map(([name, id], at) => ({
    id,
    name,
    at: at + 1,
    ...wordsOfNames(grants[name] ?? []),
  }));
  const field = (name: string) => `value ->> '${name}'`;
  const columns = `${["id", "name"].map(field).join()}, NULL, ${["at", "low", "high"].map(field).join()}, 0, 0`;
  await insert("guild_roles", `'${guild}', ${columns}`, rows);
  const pairs = held.map(([{ id }, name]) => ({ user: id, role: roles[name] }));
  await insert("guild_member_roles", `'${guild}', value ->> 'user', value ->> 'role'`, pairs);
}

/** Sends messages of a person. Returns their seqs. */
export async function write(
  by: Person,
  channel: string,
  epoch: string,
  text: string,
  count: number,
): Promise<number[]> {
  const commands = Array.from({ length: count }, (_, at) => ({
    ...{ id: String(at), type: "message.send", nonce: crypto.randomUUID(), epoch, after: 0, text: `${text} ${at}` },
  }));
  const body = { commands };
  const sent = { method: "POST", token: by.token, body };
  const { frames } = await call<{ frames: { seq: number }[] }>(`/v1/channels/${channel}/commands`, sent);
  return frames.map(({ seq }) => seq);
}

const epochIn = async (by: Person, channel: string): Promise<string> =>
  (await call<Page>(`/v1/channels/${channel}/messages?limit=1`, { token: by.token })).epoch;

async function leaveGuilds(who: readonly Person[]): Promise<void> {
  const users = JSON.stringify(who.map(({ id }) => id));
  for (const table of ["guild_members", "guild_member_roles"])
    await env.DIRECTORY.prepare(`DELETE FROM ${table} WHERE user IN (SELECT value FROM json_each(?))`)
      .bind(users)
      .run();
  await env.DIRECTORY.prepare("DELETE FROM memberships WHERE user IN (SELECT value FROM json_each(?))")
    .bind(users)
    .run();
}

/**
 * Deletes what cells have made of the things that an account or a group has a limited number of, so
 * that no cell is refused because of others.
 */
export async function tidy({ people: who, ...world }: MatrixWorld): Promise<void> {
  const users = JSON.stringify(Object.values(who).map(({ id }) => id));
  const sessions = JSON.stringify(Object.values(who).map(({ session }) => session));
  const guilds = JSON.stringify([world.guild, world.otherGuild, world.closingGuild, world.flatGuild.id]);
  const ofPeople = "IN (SELECT value FROM json_each(?))";
  const run = (sql: string, ...values: string[]) => env.DIRECTORY.prepare(sql).bind(...values);
  await env.DIRECTORY.batch([
    run(`DELETE FROM invites WHERE created_by ${ofPeople}`, users),
    run(`DELETE FROM push_subscriptions WHERE user ${ofPeople}`, users),
    run(`DELETE FROM files WHERE account ${ofPeople} AND facts IS NULL`, users),
    run(`DELETE FROM sessions WHERE account ${ofPeople} AND id NOT ${ofPeople}`, users, sessions),
    run(`DELETE FROM guild_members WHERE user ${ofPeople} AND guild NOT ${ofPeople}`, users, guilds),
  ]);
}

/** Makes the world with these accounts, and takes them out of everything before. */
export async function makeWorld(who: Record<Anyone, Person>): Promise<MatrixWorld> {
  await leaveGuilds(Object.values(who));
  const { owner, author, member, administrator, exMember, banned, timedOut, lowMember, highMember } = who;
  const guild = await openGuild(owner, [], { name: secrets.guild });
  const roles = Object.fromEntries(Object.keys(grants).map((name, at) => [name, `r_${guild.id.slice(2, 12)}x${at}`]));
  const members = people.filter((name) => isMember(name) || isFormer(name));
  const joined = [...members.map((name) => who[name]), lowMember, highMember];
  const held = members.flatMap((name): [Person, string][] => {
    const role = heldRole(name);
    return role === null ? [] : [[who[name], role]];
  });
  await fill(guild.id, joined, roles, [...held, [lowMember, "low"], [highMember, "high"]]);
  await change(owner, guild.id, "PATCH", `roles/${guild.everyone}`, { permissions: all });
  const category = async (name: string) =>
    (await change<GuildCategory>(owner, guild.id, "POST", "categories", { name })).id;
  const [open, hidden, secluded, ranked] = [
    await category("Open"),
    await category(secrets.hiddenCategory),
    await category("Secluded"),
    await category("Ranked"),
  ];
  const text = guild.channels[0]?.id ?? "";
  const announcement = await openGuildChannel(owner, guild.id, { name: "news" });
  const hiddenChannel = await openGuildChannel(owner, guild.id, { name: secrets.privateName });
  const doomed = await openGuildChannel(owner, guild.id);

  const other = await openGuild(owner, [], { name: secrets.otherGuild, template: "team" });
  await fill(other.id, [owner, administrator], { foreign: `${roles.spare}f`, administrator: `${roles.spare}g` }, [
    [administrator, "administrator"],
  ]);
  await change(owner, other.id, "PATCH", `roles/${other.everyone}`, { permissions: all });
  const closing = await openGuild(owner, [], { name: secrets.guild });
  const closingRoles = Object.fromEntries(
    Object.keys(grants).map((name, at) => [name, `r_${closing.id.slice(2, 12)}y${at}`]),
  );
  const staying = ({ id }: Person) => id !== exMember.id && id !== banned.id;
  await fill(
    closing.id,
    joined.filter(staying),
    closingRoles,
    held.filter(([person]) => staying(person)),
  );
  await change(owner, closing.id, "PATCH", `roles/${closing.everyone}`, { permissions: ["view", "history"] });
  await change(owner, closing.id, "PUT", `members/${timedOut.id}/time-out`, { forMs: LONG_MS });
  await change(owner, closing.id, "PUT", "deletion");

  const direct = await openDirect(author, member);
  const group = await openGroup(owner, [administrator, author, member, exMember], { name: secretOf("group") });
  await putMember(owner, group, administrator, "admin");
  const deletedGroup = await openGroup(owner, [author]);
  await request(`/v1/channels/${deletedGroup}`, { method: "DELETE", token: owner.token });

  const channels: MatrixWorld["channels"] = {
    ...{ direct, group, text, announcement, private: hiddenChannel, deletedGroup },
    ...{ deleted: doomed, unknown: "c_nowhere", foreign: other.channels[0]?.id ?? "" },
  };
  const world: MatrixWorld = {
    ...{ people: who, channels, roles: { ...roles, foreign: `${roles.spare}f`, unknown: "r_nowhere" } },
    ...{ guild: guild.id, otherGuild: other.id, closingGuild: closing.id, everyone: guild.everyone },
    categories: { open, hidden, secluded, ranked, foreign: other.categories[0]?.id ?? "", unknown: "k_nowhere" },
    flatGuild: await makeFlatGuild(who),
    tokens: await tokensOf(who),
    ...{ epochs: {}, own: {}, deleted: {} },
  };
  await fillChannels(world, members);
  await closeChannels(world);
  await change(owner, guild.id, "DELETE", `members/${exMember.id}`);
  await change(owner, guild.id, "PUT", `bans/${banned.id}`, {});
  await change(owner, guild.id, "PUT", `members/${timedOut.id}/time-out`, { forMs: LONG_MS });
  await change(owner, guild.id, "DELETE", `channels/${doomed}`);
  await removeMember(owner, group, exMember);
  return world;
}

async function makeFlatGuild({ owner, author, member }: Record<Anyone, Person>): Promise<MatrixWorld["flatGuild"]> {
  const flat = await openGuild(owner, [], { name: "Flat" });
  await fill(flat.id, [owner, author, member], {}, []);
  const permissions = [...all, "kick", "manage_roles", "manage_channels"];
  await change(owner, flat.id, "PATCH", `roles/${flat.everyone}`, { permissions });
  return { id: flat.id, everyone: flat.everyone, channel: flat.channels[0]?.id ?? "" };
}

/** Everyone writes messages while everyone may. */
async function fillChannels(world: MatrixWorld, members: readonly PersonName[]): Promise<void> {
  const { people: who, channels } = world;
  const writers: Partial<Record<Place, readonly Anyone[]>> = {
    direct: ["author", "member"],
    group: ["owner", "administrator", "author", "member", "exMember"],
    ...{ text: members, announcement: members, private: members, foreign: ["owner", "administrator"] },
  };
  await Promise.all(
    (Object.entries(writers) as [Place, readonly Anyone[]][]).map(async ([place, names]) => {
      const [first = "author"] = names;
      const epoch = await epochIn(who[first], channels[place]);
      world.epochs[place] = epoch;
      const own: Partial<Record<Anyone, number[]>> = {};
      world.own[place] = own;
      for (const name of names)
        own[name] = await write(who[name], channels[place], epoch, `${secretOf(place)} of ${name}`, OWN_MESSAGES);
      const [gone = 0] = await write(who[first], channels[place], epoch, secretOf(place), 1);
      await request(`/v1/channels/${channels[place]}/messages/${gone}`, { method: "DELETE", token: who[first].token });
      world.deleted[place] = gone;
    }),
  );
}

/** Takes from everyone what the table of `callers.ts` does not say. */
async function closeChannels({
  people: who,
  guild,
  everyone,
  channels,
  roles,
  categories,
}: MatrixWorld): Promise<void> {
  const set = (method: string, path: string, body: object) => change(who.owner, guild, method, path, body);
  await set("PUT", `channels/${channels.announcement}/overrides/${roles.insider}`, { allow: ["send"], deny: [] });
  await set("PUT", `channels/${channels.private}/overrides/${roles.insider}`, { allow: ["view"], deny: [] });
  for (const place of ["text", "announcement"] as const)
    await set("PUT", `channels/${channels[place]}/overrides/${who.newcomer.id}`, { allow: [], deny: ["history"] });
  await set("PUT", `channels/${channels.text}/overrides/${who.silenced.id}`, { allow: [], deny: ["send"] });
  await set("PUT", `categories/${categories.ranked}/overrides/${roles.high}`, { allow: [], deny: ["history"] });
  for (const category of [categories.hidden, categories.secluded])
    await set("PUT", `categories/${category}/overrides/${everyone}`, { allow: [], deny: ["view"] });
  await set("PATCH", `channels/${channels.announcement}`, { type: "announcement", topic: secretOf("announcement") });
  await set("PATCH", `channels/${channels.private}`, { type: "private", topic: secretOf("private") });
  await set("PATCH", `channels/${channels.text}`, { topic: secretOf("text") });
  await set("PATCH", `roles/${everyone}`, { permissions: ["view", "history"] });
}

async function tokensOf(who: Record<Anyone, Person>): Promise<MatrixWorld["tokens"]> {
  const ended = await signIn(who.owner);
  const endedAccess = await accessToken(ended.token);
  await request("/v1/sessions/current", { method: "DELETE", token: ended.token });
  const own = Object.fromEntries(people.map((name) => [name, who[name].token]));
  return { ...(own as Record<PersonName, string>), anonymous: undefined, ended: ended.token, endedAccess };
}
