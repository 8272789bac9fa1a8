// The people and channels that the fuzzer uses, made again where its requests have destroyed them.
import { randomUUID } from "node:crypto";
import { demand, password, RegisteredUser } from "../../simulation/kit/registered-user.ts";
import { epochOf } from "../attack.ts";
import { OPERATOR_TOKEN } from "../server.ts";
import type { Known } from "./values.ts";

/** `manager` and `administrator` have roles of the guild; in the group they are members. */
export const roles = [
  ...(["anonymous", "stranger", "member", "manager", "administrator"] as const),
  ...(["admin", "owner", "revoked", "operator"] as const),
];
export type Role = (typeof roles)[number];

const MESSAGES = 8;

export class FuzzWorld {
  readonly #port: number;
  #round = 0;
  #people: Partial<Record<Role, RegisteredUser>> = {};
  #known: Known = {};

  private constructor(port: number) {
    this.#port = port;
  }

  static async make(port: number): Promise<FuzzWorld> {
    const world = new FuzzWorld(port);
    await world.renew();
    return world;
  }

  /** Values that exist, by the name of the field that takes them. */
  get known(): Known {
    return this.#known;
  }

  tokenOf(role: Role): string {
    return role === "operator" ? OPERATOR_TOKEN : (this.#people[role]?.session ?? "");
  }

  /** Signs in again, where the role can. */
  async newSessionOf(role: Role): Promise<string> {
    const person = this.#people[role];
    if (!person) return this.tokenOf(role);
    const body = { handle: person.handle, password, keep: "token" };
    return (await demand<{ token: string }>(this.#port, "", "POST", "/v1/sessions", body)).token;
  }

  personOf(role: Role): RegisteredUser {
    const person = this.#people[role];
    if (!person) throw new Error(`${role} is no person`);
    return person;
  }

  /** Makes new people and a new group: requests may have removed members or ended sessions. */
  async renew(): Promise<void> {
    const round = ++this.#round;
    const register = (role: string) => RegisteredUser.register(this.#port, `${role}-${round}`);
    const [stranger, member, manager, administrator, admin, owner, revoked] = [
      await register("stranger"),
      await register("member"),
      await register("manager"),
      await register("administrator"),
      await register("admin"),
      await register("owner"),
      await register("revoked"),
    ];
    const group = await owner.group(`Group ${round}`, [member, manager, administrator, admin, revoked]);
    await owner.demand("PUT", `/v1/channels/${group}/members/${admin.id}`, { role: "admin" });
    const direct = await owner.direct(member);
    const guild = await makeGuild(owner, round, { member, manager, administrator, admin });
    for (const channel of [group, direct, ...guild.channel]) await say(owner, channel, `message of @${member.handle}`);
    const epoch = await epochOf(owner, group);
    const invites = [
      await owner.demand<{ code: string }>("POST", `/v1/channels/${group}/invites`, {}),
      await owner.demand<{ code: string }>("POST", `/v1/guilds/${guild.guild?.[0]}/invites`, {}),
    ];
    await revoked.demand("DELETE", "/v1/sessions/current");
    this.#people = { stranger, member, manager, administrator, admin, owner, revoked };
    const people = [stranger, member, manager, administrator, admin, owner, revoked];
    const seqs = Array.from({ length: MESSAGES + 2 }, (_, at) => at + 1);
    this.#known = {
      ...guild,
      channel: [group, group, direct, ...guild.channel],
      ...Object.fromEntries(["user", "users", "members"].map((name) => [name, people.map(({ id }) => id)])),
      ...Object.fromEntries(["seq", "after", "before", "around", "thread", "replyTo"].map((name) => [name, seqs])),
      handle: people.map(({ handle }) => handle),
      emoji: ["👍", "🎉", encodeURIComponent("👍")],
      epoch: [epoch],
      code: invites.map(({ code }) => code),
      // No request may end the session of a role: only unknown ones are named.
      id: ["s_none", "p_none"],
      wait: [0, 0, 20],
      q: ["message", "message 1", "from:me", `in:Group after:2026-01-01`],
    };
  }
}

interface Named {
  id: string;
}

/** The permissions of the manager. They are fewer than those of an administrator. */
const managed = ["manage_roles", "manage_channels", "manage_guild", "kick", "delete_any"];

/**
 * Makes a guild with people of every rank. Returns its ids by the names of the fields that take
 * them.
 */
async function makeGuild(
  owner: RegisteredUser,
  round: number,
  people: Record<"member" | "manager" | "administrator" | "admin", RegisteredUser>,
): Promise<Known & { channel: string[] }> {
  const body = { nonce: randomUUID(), name: `Guild ${round}`, template: "team" };
  const { id, channels, categories, roles } = await owner.demand<
    Named & Record<"channels" | "categories" | "roles", Named[]>
  >("POST", "/v1/guilds", body);
  const base = `/v1/guilds/${id}`;
  for (const { id: user } of Object.values(people)) await owner.demand("PUT", `${base}/members/${user}`);
  const own = await owner.demand<Named>("POST", `${base}/roles`, { name: "Managers", permissions: managed });
  const all = await owner.demand<Named>("POST", `${base}/roles`, { name: "All", permissions: ["administrator"] });
  const idsOf = (rows: readonly Named[]) => rows.map((row) => row.id);
  const order = [...idsOf(roles.slice(0, -1)).reverse(), own.id, all.id];
  await owner.demand("PUT", `${base}/role-order`, { roles: order });
  await owner.demand("PUT", `${base}/members/${people.manager.id}/roles/${own.id}`);
  await owner.demand("PUT", `${base}/members/${people.administrator.id}/roles/${all.id}`);
  const ids = [...order, roles.at(-1)?.id ?? ""];
  return {
    ...{ guild: [id], guildChannel: idsOf(channels), channel: idsOf(channels), welcomeChannel: idsOf(channels) },
    ...{ category: idsOf(categories), role: ids, roles: ids },
    target: [...ids, people.member.id, people.manager.id],
  };
}

async function say(person: RegisteredUser, channel: string, text: string): Promise<void> {
  const epoch = await epochOf(person, channel);
  const commands = Array.from({ length: MESSAGES }, (_, at) => {
    return { id: String(at), type: "message.send", nonce: randomUUID(), epoch, after: 0, text: `${text} ${at}` };
  });
  await person.demand("POST", `/v1/channels/${channel}/commands`, { commands });
}
