// The cells of the routes that change a group and its members. In channels of other kinds they are
// refused.
import { openGroup, putMember } from "../../support/http";
import { type Caller, callers, type PersonName, type Place, permissionsIn, places } from "./callers";
import { ask, type Cell, type MatrixRequest, signInRefusal } from "./cell";
import { inGroupOnly } from "./read-cells";

import type { Anyone, MatrixWorld } from "./world";

const C = "/v1/channels/{channel}";

interface GroupRow {
  route: string;
  object: string;
  ok: string;
  /** Why a member of the group is refused; null if they are not. */
  refusal(who: PersonName): string | null;
  request(world: MatrixWorld, caller: PersonName): Omit<MatrixRequest, "method">;
  undo?(world: MatrixWorld): Promise<unknown>;
}

const may = (name: "invite" | "manage") => (who: PersonName) =>
  permissionsIn(who, "group")?.includes(name) ? null : "forbidden";
const onlyOwner = (who: PersonName) => (who === "owner" ? null : "forbidden");
const member = (who: Anyone, body?: object) => (world: MatrixWorld) => ({
  path: `/members/${world.people[who].id}`,
  ...(body && { body }),
});
const again =
  (who: Anyone, role: "member" | "admin" = "member") =>
  (world: MatrixWorld) =>
    putMember(world.people.owner, world.channels.group, world.people[who], role);

const rows: readonly GroupRow[] = [
  {
    ...{ route: `PUT ${C}/members/{user}`, object: "a person who needs no request", ok: "204", refusal: may("invite") },
    request: member("stranger", { role: "member" }),
    undo: async ({ people, tokens, channels }) =>
      ask({ people, tokens, channels } as MatrixWorld, "owner", {
        ...{ method: "DELETE", path: `/v1/channels/${channels.group}/members/${people.stranger.id}` },
      }),
  },
  {
    ...{ route: `PUT ${C}/members/{user}`, object: "a new admin", ok: "204", refusal: onlyOwner },
    request: member("lowMember", { role: "admin" }),
    undo: async (world) =>
      ask(world, "owner", {
        ...{ method: "DELETE", path: `/v1/channels/${world.channels.group}/members/${world.people.lowMember.id}` },
      }),
  },
  {
    ...{ route: `PUT ${C}/members/{user}`, object: "the role of a member", ok: "204", refusal: onlyOwner },
    ...{ request: member("author", { role: "admin" }), undo: again("author") },
  },
  {
    ...{ route: `PUT ${C}/members/{user}`, object: "the role of the owner", ok: "204" },
    ...{ refusal: () => "forbidden", request: member("owner", { role: "member" }) },
  },
  {
    ...{ route: `PUT ${C}/members/{user}`, object: "a new owner who is no member", ok: "204" },
    ...{ refusal: () => "forbidden", request: member("lowMember", { role: "owner" }) },
  },
  {
    ...{ route: `PUT ${C}/members/{user}`, object: "an unknown person", ok: "204" },
    refusal: (who) => may("invite")(who) ?? "not_found",
    request: () => ({ path: "/members/u_nobody", body: { role: "member" } }),
  },
  {
    // Members of a group may leave, which no cell does.
    ...{ route: `DELETE ${C}/members/{user}`, object: "myself", ok: "204", refusal: () => null },
    request: ({ people }, caller) => ({ path: `/members/${people[caller].id}` }),
  },
  {
    ...{ route: `DELETE ${C}/members/{user}`, object: "the owner", ok: "204", refusal: () => "forbidden" },
    request: ({ people }) => ({ path: `/members/${people.owner.id}` }),
  },
  {
    ...{ route: `DELETE ${C}/members/{user}`, object: "an admin", ok: "204", refusal: onlyOwner },
    ...{ request: member("administrator"), undo: again("administrator", "admin") },
  },
  {
    ...{ route: `DELETE ${C}/members/{user}`, object: "a person who is no member", ok: "204", refusal: may("manage") },
    request: member("stranger"),
  },
];

/** The cell of a person who would change themselves has another meaning: they leave. */
const isOwnCell = ({ object }: GroupRow, caller: Caller): boolean =>
  object === "myself" ||
  (object === "the owner" && caller === "owner") ||
  (object === "an admin" && caller === "administrator");

export function* groupCells(): Generator<Cell> {
  for (const row of rows)
    for (const place of places)
      for (const caller of callers) {
        if (place === "group" && isOwnCell(row, caller)) continue;
        const who = caller as PersonName;
        const isHidden = signInRefusal(caller) === null && permissionsIn(who, place) === null;
        const refusal = isHidden ? "not_found" : place === "group" ? row.refusal(who) : leaving(row, who, place);
        yield {
          ...{ row: row.route, object: `${row.object} in the ${place} channel`, caller },
          expected: signInRefusal(caller) ?? refusal ?? row.ok,
          run: async (world) => {
            const { path, ...sent } = row.request(world, signInRefusal(caller) === null ? who : "member");
            const method = row.route.split(" ")[0] ?? "";
            const seen = await ask(world, caller, {
              ...sent,
              method,
              path: `/v1/channels/${world.channels[place]}${path}`,
            });
            if (seen.outcome === row.ok) await row.undo?.(world);
            return seen;
          },
        };
      }
  yield* deletions();
}

/** Outside of groups nobody is removed, whoever it is. */
const leaving = (_row: GroupRow, _who: PersonName, place: Place): string | null => inGroupOnly(place);

/** Each deletion of a group needs a group of its own. */
function* deletions(): Generator<Cell> {
  const fresh = new WeakMap<MatrixWorld, Promise<string>>();
  for (const place of places)
    for (const caller of callers) {
      const who = caller as PersonName;
      const isHidden = signInRefusal(caller) === null && permissionsIn(who, place) === null;
      const refusal = isHidden ? "not_found" : place === "group" ? onlyOwner(who) : inGroupOnly(place);
      yield {
        ...{
          row: `DELETE ${C}`,
          object: `${place} channel`,
          caller,
          expected: signInRefusal(caller) ?? refusal ?? "204",
        },
        run: async (world) => {
          const made =
            place === "group" ? (fresh.get(world) ?? newGroup(world)) : Promise.resolve(world.channels[place]);
          if (place === "group") fresh.set(world, made);
          const seen = await ask(world, caller, { method: "DELETE", path: `/v1/channels/${await made}` });
          if (seen.outcome === "204") fresh.delete(world);
          return seen;
        },
      };
    }
}

async function newGroup({ people }: MatrixWorld): Promise<string> {
  const { owner, administrator, author, member: other } = people;
  const group = await openGroup(owner, [administrator, author, other], { name: "sekret-in-group" });
  await putMember(owner, group, administrator, "admin");
  return group;
}
