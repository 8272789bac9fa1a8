// The people and channels that the fuzzer uses, made again where its requests have destroyed them.
import { randomUUID } from "node:crypto";
import { demand, password, RegisteredUser } from "../../simulation/kit/registered-user.ts";
import { epochOf } from "../attack.ts";
import { OPERATOR_TOKEN } from "../server.ts";
import type { Known } from "./values.ts";

export const roles = ["anonymous", "stranger", "member", "admin", "owner", "revoked", "operator"] as const;
export type Role = (typeof roles)[number];

const MESSAGES = 8;
/** How many guilds each round has: requests delete some of them. */
const GUILDS = 3;

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
    const [stranger, member, admin, owner, revoked] = [
      await register("stranger"),
      await register("member"),
      await register("admin"),
      await register("owner"),
      await register("revoked"),
    ];
    const group = await owner.group(`Group ${round}`, [member, admin, revoked]);
    await owner.demand("PUT", `/v1/channels/${group}/members/${admin.id}`, { role: "admin" });
    const direct = await owner.direct(member);
    for (const channel of [group, direct]) await say(owner, channel, `message of @${member.handle}`);
    const epoch = await epochOf(owner, group);
    const guilds: KnownGuild[] = [];
    for (let at = 0; at < GUILDS; at++) guilds.push(await openGuild(owner, member, admin, `Server ${round} ${at}`));
    const { code } = await owner.demand<{ code: string }>("POST", `/v1/channels/${group}/invites`, {});
    const ofGuilds = (pick: (guild: KnownGuild) => string[]) => guilds.flatMap(pick);
    const roleIds = ofGuilds((guild) => [guild.everyone, guild.role]);
    const channels = [group, group, direct, ...ofGuilds((guild) => [guild.channel])];
    await revoked.demand("DELETE", "/v1/sessions/current");
    this.#people = { stranger, member, admin, owner, revoked };
    const people = [stranger, member, admin, owner, revoked];
    const seqs = Array.from({ length: MESSAGES + 2 }, (_, at) => at + 1);
    this.#known = {
      channel: channels,
      welcomeChannel: channels,
      guild: ofGuilds((guild) => [guild.id]),
      category: ofGuilds((guild) => [guild.category]),
      ...Object.fromEntries(["role", "roles"].map((name) => [name, roleIds])),
      target: [...roleIds, ...people.map(({ id }) => id)],
      code: [code],
      ...Object.fromEntries(["user", "users", "members"].map((name) => [name, people.map(({ id }) => id)])),
      ...Object.fromEntries(["seq", "after", "before", "around", "thread", "replyTo"].map((name) => [name, seqs])),
      handle: people.map(({ handle }) => handle),
      emoji: ["👍", "🎉", encodeURIComponent("👍")],
      epoch: [epoch],
      // No request may end the session of a role: only unknown ones are named.
      id: ["s_none", "p_none"],
      wait: [0, 0, 20],
      q: ["message", "message 1", "from:me", `in:Group after:2026-01-01`],
    };
  }
}

/** A guild with one category, one role that the admin has, and one channel. */
interface KnownGuild {
  id: string;
  everyone: string;
  role: string;
  category: string;
  channel: string;
}

async function openGuild(
  owner: RegisteredUser,
  member: RegisteredUser,
  admin: RegisteredUser,
  name: string,
): Promise<KnownGuild> {
  const made = await owner.demand<{ id: string; everyone: string; channels: { id: string }[] }>("POST", "/v1/guilds", {
    nonce: randomUUID(),
    name,
  });
  const path = `/v1/guilds/${made.id}`;
  for (const { id } of [member, admin]) await owner.demand("PUT", `${path}/members/${id}`);
  const permissions = ["manage_channels", "manage_roles", "kick"];
  const role = await owner.demand<{ id: string }>("POST", `${path}/roles`, { name: "Admins", permissions });
  await owner.demand("PUT", `${path}/members/${admin.id}/roles/${role.id}`);
  const category = await owner.demand<{ id: string }>("POST", `${path}/categories`, { name: "A category" });
  const channel = made.channels[0]?.id ?? "";
  await say(owner, channel, `message of @${member.handle}`);
  return { id: made.id, everyone: made.everyone, role: role.id, category: category.id, channel };
}

async function say(person: RegisteredUser, channel: string, text: string): Promise<void> {
  const epoch = await epochOf(person, channel);
  const commands = Array.from({ length: MESSAGES }, (_, at) => {
    return { id: String(at), type: "message.send", nonce: randomUUID(), epoch, after: 0, text: `${text} ${at}` };
  });
  await person.demand("POST", `/v1/channels/${channel}/commands`, { commands });
}
