// Interleavings of changes of a server: its owner, members, roles and overrides. After each round
// the owner is a member, the roles have an order without gaps, and neither members nor overrides
// name what is not there.
import { randomUUID } from "node:crypto";
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { SeededRandom } from "../simulation/kit/seeded-random.ts";
import type { Attack } from "./attack.ts";

const WIDTH = 4;
const CHANGES = 5;
const EXAMPLES = 10;
/** How many servers the same people make: fewer than an account may be in. */
const ROUNDS_PER_CREW = 50;

interface View {
  owner: string;
  everyone: string;
  roles: { id: string; position: number }[];
  channels: { id: string }[];
}
interface Member {
  user: { id: string };
  roles: string[];
}

export const guildChanges: Attack = async (server, { quick, seed }) => {
  const rounds = quick ? 20 : 1_000;
  // At raised rates: the order of the changes is attacked, not their number.
  await server.start("raised");
  const random = new SeededRandom(`guilds-${seed}`);
  const broken: string[] = [];
  const statuses: Record<string, number> = {};
  let serverErrors = 0;
  const plans = Array.from({ length: rounds }, (_, at) => ({ at, order: random.fork(String(at)) }));
  // Accounts are in a limited number of servers, so each set of people makes a few of them.
  const crews = await mapConcurrently(
    Array.from({ length: Math.ceil(rounds / ROUNDS_PER_CREW) }, (_, at) => at),
    2,
    (at) => mapConcurrently(["a", "b", "c", "d"], 2, (name) => RegisteredUser.register(server.port, `${name}-${at}`)),
  );
  await mapConcurrently(plans, WIDTH, async ({ at, order }) => {
    const people = order.shuffle(crews[Math.floor(at / ROUNDS_PER_CREW)] ?? []);
    const [owner, ...others] = people;
    if (!owner) throw new Error("there is nobody");
    const { path, channel, roles } = await openGuild(owner, others, `Server ${at}`);
    const changes = Array.from({ length: CHANGES }, () => {
      const by = order.chance(0.5) ? owner : order.pick(people);
      const whom = order.pick(people);
      const role = order.pick(roles);
      return order.pick<() => ReturnType<RegisteredUser["ask"]>>([
        () => by.ask("PUT", `${path}/owner`, { user: whom.id }),
        () => by.ask("DELETE", `${path}/members/${whom.id}`),
        () => by.ask("DELETE", `${path}/members/${by.id}`),
        () => by.ask("PUT", `${path}/members/${whom.id}`),
        () => by.ask("PUT", `${path}/members/${whom.id}/roles/${role}`),
        () => by.ask("DELETE", `${path}/members/${whom.id}/roles/${role}`),
        () => by.ask("POST", `${path}/roles`, { name: "Another" }),
        () => by.ask("DELETE", `${path}/roles/${role}`),
        () => by.ask("PUT", `${path}/role-order`, { roles: order.shuffle(roles) }),
        () => by.ask("PUT", `${path}/channels/${channel}/overrides/${role}`, { allow: [], deny: ["pin"] }),
        () => by.ask("PUT", `${path}/channels/${channel}/overrides/${whom.id}`, { allow: ["pin"], deny: [] }),
      ]);
    });
    for (const { status } of await Promise.all(changes.map((change) => change()))) {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status >= 500) serverErrors++;
    }
    const fault = await faultOf(path, channel, people);
    if (fault !== null && broken.length < EXAMPLES) broken.push(`round ${at}: ${fault}`);
  });
  return {
    setting: { rounds, changes: CHANGES, seed },
    bars: {
      serversWithFaults: { value: broken.length, atMost: 0 },
      serverErrors: { value: serverErrors, atMost: 0 },
      // Rounds in which nothing is made prove nothing.
      changesMade: { value: (statuses[200] ?? 0) + (statuses[204] ?? 0), atLeast: rounds },
    },
    seen: { broken, statuses },
  };
};

/** Opens a server with three roles, of which the second manages the others. */
async function openGuild(owner: RegisteredUser, others: RegisteredUser[], name: string) {
  const body = { nonce: randomUUID(), name };
  const made = await owner.demand<{ id: string; channels: { id: string }[] }>("POST", "/v1/guilds", body);
  const path = `/v1/guilds/${made.id}`;
  for (const { id } of others) await owner.demand("PUT", `${path}/members/${id}`);
  const roles: string[] = [];
  for (const permissions of [[], ["manage_roles", "kick", "invite"], []]) {
    roles.push((await owner.demand<{ id: string }>("POST", `${path}/roles`, { name: "A role", permissions })).id);
  }
  await owner.demand("PUT", `${path}/members/${others[0]?.id}/roles/${roles[1]}`);
  await owner.demand("PUT", `${path}/members/${others[1]?.id}/roles/${roles[0]}`);
  return { path, channel: made.channels[0]?.id ?? "", roles };
}

/** Returns what is wrong with a server; null if nothing is. */
async function faultOf(path: string, channel: string, people: RegisteredUser[]): Promise<string | null> {
  for (const person of people) {
    const { status, text } = await person.ask("GET", path);
    if (status === 404) continue;
    const { owner, everyone, roles }: View = JSON.parse(text);
    const members: Member[] = (await person.demand<{ items: Member[] }>("GET", `${path}/members`)).items;
    const ids = new Set(members.map(({ user }) => user.id));
    const roleIds = new Set(roles.map(({ id }) => id));
    if (!ids.has(owner)) return "its owner is no member";
    if (ids.size !== members.length) return "a person is a member twice";
    const places = roles.map(({ position }) => position).sort((one, other) => one - other);
    if (places.some((place, at) => place !== at)) return `its roles have the places ${places}`;
    if (roles.find(({ position }) => position === 0)?.id !== everyone) return "the role of everyone is not the lowest";
    if (members.some((member) => member.roles.some((role) => !roleIds.has(role))))
      return "a role is given but not there";
    const boss = people.find(({ id }) => id === owner);
    const overrides = await boss?.demand<{ items: { target: string }[] }>(
      "GET",
      `${path}/channels/${channel}/overrides`,
    );
    const stray = overrides?.items.find(({ target }) => !roleIds.has(target) && !ids.has(target));
    return stray ? `an override names ${stray.target}, which is not there` : null;
  }
  return "nobody is left in it";
}
