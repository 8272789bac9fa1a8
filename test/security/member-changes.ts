// Interleavings of member changes. After each, a group that has members has exactly one owner, and
// nobody who was not an owner or admin has changed it.
import { mapConcurrently } from "../simulation/kit/concurrency.ts";
import { RegisteredUser } from "../simulation/kit/registered-user.ts";
import { SeededRandom } from "../simulation/kit/seeded-random.ts";
import type { Attack } from "./attack.ts";

const WIDTH = 4;
const CHANGES = 4;
const EXAMPLES = 10;

interface Member {
  user: { id: string };
  role: string;
}

export const memberChanges: Attack = async (server, { quick, seed }) => {
  const rounds = quick ? 30 : 1_000;
  // At raised rates: the order of the changes is attacked, not their number.
  await server.start("raised");
  const random = new SeededRandom(`members-${seed}`);
  const people = await mapConcurrently(["a", "b", "c", "d", "e"], 2, (name) =>
    RegisteredUser.register(server.port, `member-${name}`),
  );
  const broken: string[] = [];
  let serverErrors = 0;
  const plans = Array.from({ length: rounds }, (_, at) => ({ at, order: random.fork(String(at)) }));
  await mapConcurrently(plans, WIDTH, async ({ at, order }) => {
    const [owner, ...others] = order.shuffle(people);
    if (!owner) throw new Error("there is nobody");
    const group = await owner.group(`Group ${at}`, others);
    const path = `/v1/channels/${group}`;
    if (order.chance(0.5)) await owner.ask("PUT", `${path}/members/${order.pick(others).id}`, { role: "admin" });
    const changes = Array.from({ length: CHANGES }, () => {
      const by = order.chance(0.5) ? owner : order.pick(people);
      const whom = order.pick(people);
      const role = order.pick(["owner", "admin", "member"]);
      const kind = order.pick(["put", "put", "remove", "leave", "rename"]);
      return async () => {
        if (kind === "put") return by.ask("PUT", `${path}/members/${whom.id}`, { role });
        if (kind === "rename") return by.ask("PATCH", path, { name: `Renamed ${at}` });
        return by.ask("DELETE", `${path}/members/${(kind === "leave" ? by : whom).id}`);
      };
    });
    const answers = await Promise.all(changes.map((change) => change()));
    serverErrors += answers.filter(({ status }) => status >= 500).length;
    for (const person of people) {
      const { status, text } = await person.ask("GET", path);
      if (status === 404) continue;
      const members: Member[] = JSON.parse(text).members;
      const owners = members.filter(({ role }) => role === "owner").length;
      if (owners !== 1 && broken.length < EXAMPLES) broken.push(`${group} has ${owners} owners of ${members.length}`);
      break;
    }
  });
  return {
    setting: { rounds, changes: CHANGES, seed },
    bars: {
      groupsWithoutOneOwner: { value: broken.length, atMost: 0 },
      serverErrors: { value: serverErrors, atMost: 0 },
    },
    seen: { broken },
  };
};
