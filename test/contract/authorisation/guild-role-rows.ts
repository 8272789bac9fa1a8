// The rows of the matrix for the roles of a guild, and who has them.
import { call } from "../../support/http";
import {
  at,
  byOwner,
  dropRole,
  fails,
  forget,
  freshRole,
  G,
  type GuildRow,
  has,
  isAbove,
  keep,
  missing,
  never,
  roleBody,
  roleFields,
  whole,
} from "./guild-needs";
import { channelsIn, seenAs } from "./guild-views";
import type { MatrixWorld } from "./world";

const M = `${G}/members/{user}`;

const assignment = (method: "PUT" | "DELETE"): GuildRow[] => {
  const route = `${method} ${M}/roles/{role}`;
  const isGiven = method === "PUT";
  const of = (who: "lowMember" | "highMember", role: string) => (world: MatrixWorld) =>
    at(`/members/${world.people[who].id}/roles/${role === "everyone" ? world.everyone : world.roles[role]}`);
  const back = isGiven ? "DELETE" : "PUT";
  return [
    {
      ...{ route, object: "a low role of a low member", ok: "204" },
      needs: [has("manage_roles"), isAbove("spare"), isAbove("low")],
      request: of("lowMember", "spare"),
      prepare: (world) => byOwner(world, back, `members/${world.people.lowMember.id}/roles/${world.roles.spare}`),
      ...(isGiven
        ? { undo: (world) => byOwner(world, back, `members/${world.people.lowMember.id}/roles/${world.roles.spare}`) }
        : { touchesNamed: true }),
    },
    {
      ...{ route, object: "a low role with a permission that few have", ok: "204" },
      needs: [has("manage_roles"), isAbove("low"), ...(isGiven ? [has("kick")] : [])],
      request: of("lowMember", "strong"),
      undo: (world) => byOwner(world, "DELETE", `members/${world.people.lowMember.id}/roles/${world.roles.strong}`),
    },
    {
      ...{ route, object: "a higher role", needs: [has("manage_roles"), isAbove("high")], ok: "204" },
      request: of("lowMember", "high"),
      undo: (world) => byOwner(world, "DELETE", `members/${world.people.lowMember.id}/roles/${world.roles.high}`),
    },
    {
      ...{ route, object: "a low role of a higher member", needs: [has("manage_roles"), isAbove("high")], ok: "204" },
      request: of("highMember", "spare"),
      undo: (world) => byOwner(world, "DELETE", `members/${world.people.highMember.id}/roles/${world.roles.spare}`),
    },
    {
      route,
      object: "the role of everyone",
      needs: [has("manage_roles"), never],
      ok: "204",
      request: of("lowMember", "everyone"),
    },
    { route, object: "a role of another guild", needs: [missing], ok: "204", request: of("lowMember", "foreign") },
    {
      ...{ route, object: "a person who is no member", needs: [missing], ok: "204" },
      request: ({ people, roles }) => at(`/members/${people.stranger.id}/roles/${roles.spare}`),
    },
  ];
};

const R = `${G}/roles/{role}`;
const role =
  (path = "", body?: object, name = "low") =>
  (world: MatrixWorld) =>
    at(`/roles/${name === "everyone" ? world.everyone : world.roles[name]}${path}`, body);

export const roles: readonly GuildRow[] = [
  ...assignment("PUT"),
  ...assignment("DELETE"),
  {
    ...{ route: `POST ${G}/roles`, object: "a role with what I have", needs: [has("manage_roles")], ok: "200" },
    ...{ fields: roleFields, request: () => at("/roles", roleBody("made")), undo: dropRole },
  },
  {
    ...{ route: `POST ${G}/roles`, object: "a role beyond what I have", needs: [has("manage_roles"), has("kick")] },
    ...{ ok: "200", request: () => at("/roles", roleBody("made", ["kick"])), undo: dropRole },
  },
  {
    ...{ route: `POST ${R}/copies`, object: "a low role", needs: [has("manage_roles")], ok: "200" },
    ...{ fields: roleFields, request: role("/copies"), undo: dropRole },
  },
  {
    ...{ route: `POST ${R}/copies`, object: "a role beyond what I have", needs: [has("manage_roles"), has("kick")] },
    ...{ ok: "200", request: role("/copies", undefined, "strong"), undo: dropRole },
  },
  {
    route: `POST ${R}/copies`,
    object: "a role of another guild",
    needs: [missing],
    ok: "200",
    request: role("/copies", undefined, "foreign"),
  },
  {
    route: `GET ${R}/view`,
    object: "a low role",
    needs: [has("manage_roles")],
    ok: "200",
    fields: whole,
    request: role("/view"),
    shown: { of: channelsIn, to: (who) => seenAs("low", who) },
  },
  {
    ...{ route: `GET ${R}/view`, object: "the role of insiders", needs: [has("manage_roles")], ok: "200" },
    request: role("/view", undefined, "insider"),
    shown: { of: channelsIn, to: (who) => seenAs("insider", who) },
  },
  {
    ...{ route: `GET ${R}/view`, object: "a role of another guild", needs: [has("manage_roles"), missing], ok: "200" },
    request: role("/view", undefined, "foreign"),
  },
  {
    route: `PATCH ${R}`,
    object: "a low role",
    needs: [has("manage_roles")],
    ok: "200",
    fields: roleFields,
    request: role("", { grouped: true }),
  },
  {
    ...{ route: `PATCH ${R}`, object: "a higher role", needs: [has("manage_roles"), isAbove("high")], ok: "200" },
    request: role("", { name: "high" }, "high"),
  },
  {
    ...{ route: `PATCH ${R}`, object: "the highest role of administrators", ok: "200" },
    needs: [has("manage_roles"), isAbove("administrator")],
    request: role("", { name: "administrator" }, "administrator"),
  },
  {
    ...{ route: `PATCH ${R}`, object: "a permission that I lack, granted", needs: [has("manage_roles"), has("kick")] },
    ...{ ok: "200", request: role("", { permissions: ["kick"] }) },
    undo: (world) => byOwner(world, "PATCH", `roles/${world.roles.low}`, { permissions: [] }),
  },
  {
    ...{ route: `PATCH ${R}`, object: "a permission that I lack, taken", needs: [has("manage_roles"), has("kick")] },
    ...{ ok: "200", request: role("", { permissions: [] }, "strong") },
    undo: (world) => byOwner(world, "PATCH", `roles/${world.roles.strong}`, { permissions: ["kick"] }),
  },
  {
    ...{
      route: `PATCH ${R}`,
      object: "the role of everyone",
      needs: [has("manage_roles"), isAbove("everyone")],
      ok: "200",
    },
    request: role("", { mentionable: false }, "everyone"),
  },
  {
    ...{
      route: `PATCH ${R}`,
      object: "the name of everyone",
      needs: [has("manage_roles"), isAbove("everyone"), fails("invalid")],
    },
    ...{ ok: "200", request: role("", { name: "nobody" }, "everyone") },
  },
  {
    route: `PATCH ${R}`,
    object: "a role of another guild",
    needs: [missing],
    ok: "200",
    request: role("", { name: "x" }, "foreign"),
  },
  {
    ...{ route: `DELETE ${R}`, object: "a low role", needs: [has("manage_roles")], ok: "204" },
    request: async (world) => at(`/roles/${await keep(world, "role", () => freshRole(world))}`),
    prepare: (world) => keep(world, "role", () => freshRole(world)),
    ...{ undo: forget("role"), touchesNamed: true },
  },
  {
    ...{ route: `DELETE ${R}`, object: "a higher role", needs: [has("manage_roles"), isAbove("high")], ok: "204" },
    request: async (world) => at(`/roles/${await keep(world, "high", () => highRole(world))}`),
    prepare: (world) => keep(world, "high", () => highRole(world)),
    ...{ undo: forget("high"), touchesNamed: true },
  },
  {
    route: `DELETE ${R}`,
    object: "the role of everyone",
    needs: [has("manage_roles"), never],
    ok: "204",
    request: role("", undefined, "everyone"),
  },
  {
    route: `DELETE ${R}`,
    object: "a role of another guild",
    needs: [missing],
    ok: "204",
    request: role("", undefined, "foreign"),
  },
  {
    ...{ route: `PUT ${G}/role-order`, object: "the two lowest roles", needs: [has("manage_roles")], ok: "204" },
    request: async (world) => at("/role-order", { roles: swapped(await orderIn(world), 0) }),
    undo: async (world) => byOwner(world, "PUT", "role-order", { roles: swapped(await orderIn(world), 0) }),
  },
  {
    ...{ route: `PUT ${G}/role-order`, object: "the two highest roles", needs: [has("manage_roles"), isAbove("high")] },
    ...{ ok: "204", request: async (world) => at("/role-order", { roles: swapped(await orderIn(world), -2) }) },
    undo: async (world) => byOwner(world, "PUT", "role-order", { roles: swapped(await orderIn(world), -2) }),
  },
  {
    ...{ route: `PUT ${G}/role-order`, object: "a list with a role of another guild" },
    ...{ needs: [has("manage_roles"), fails("invalid")], ok: "204" },
    request: async (world) => at("/role-order", { roles: [...(await orderIn(world)).slice(1), world.roles.foreign] }),
  },
];

/** A role above that of administrators. */
async function highRole(world: MatrixWorld): Promise<string> {
  const id = await freshRole(world);
  const order = (await orderIn(world)).filter((one) => one !== id);
  await byOwner(world, "PUT", "role-order", { roles: [...order, id] });
  return id;
}

/** The roles, the lowest first. */
async function orderIn(world: MatrixWorld): Promise<string[]> {
  const { roles: found } = await call<{ roles: { id: string }[] }>(`/v1/guilds/${world.guild}`, {
    token: world.tokens.owner ?? "",
  });
  return found
    .map(({ id }) => id)
    .filter((id) => id !== world.everyone)
    .reverse();
}

function swapped(order: readonly string[], from: number): string[] {
  const at = from < 0 ? order.length + from : from;
  return [...order.slice(0, at), order[at + 1] ?? "", order[at] ?? "", ...order.slice(at + 2)];
}
