// The people and channels that the fuzzer uses, made again where its requests have destroyed them.
import { randomUUID } from "node:crypto";
import { demand, password, RegisteredUser } from "../../simulation/kit/registered-user.ts";
import { epochOf } from "../attack.ts";
import { OPERATOR_TOKEN } from "../server.ts";
import type { Known } from "./values.ts";

export const roles = ["anonymous", "stranger", "member", "admin", "owner", "revoked", "operator"] as const;
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
    await revoked.demand("DELETE", "/v1/sessions/current");
    this.#people = { stranger, member, admin, owner, revoked };
    const people = [stranger, member, admin, owner, revoked];
    const seqs = Array.from({ length: MESSAGES + 2 }, (_, at) => at + 1);
    this.#known = {
      channel: [group, group, direct],
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

async function say(person: RegisteredUser, channel: string, text: string): Promise<void> {
  const epoch = await epochOf(person, channel);
  const commands = Array.from({ length: MESSAGES }, (_, at) => {
    return { id: String(at), type: "message.send", nonce: randomUUID(), epoch, after: 0, text: `${text} ${at}` };
  });
  await person.demand("POST", `/v1/channels/${channel}/commands`, { commands });
}
