// The rows of the matrix for the overrides of channels and categories.
import type { GuildPermission } from "../../../src/protocol";
import { openGuildChannel } from "../../support/guild";
import {
  at,
  byOwner,
  fails,
  forget,
  type GuildRow,
  has,
  hasIn,
  isAbove,
  keep,
  missing,
  sees,
  seesHidden,
} from "./guild-needs";
import { C, category, channel, K, strange, strangeRows } from "./guild-place-rows";
import type { MatrixWorld } from "./world";

interface OverridePlace {
  base: string;
  name: string;
  path(world: MatrixWorld): string;
  needs: GuildRow["needs"];
}
const overridePlaces: readonly OverridePlace[] = [
  {
    ...{ base: C, name: "an open channel", path: ({ channels }) => `/channels/${channels.text}` },
    needs: [sees("text"), hasIn("text", "manage_roles")],
  },
  {
    ...{ base: C, name: "a private channel", path: ({ channels }) => `/channels/${channels.private}` },
    needs: [sees("private"), hasIn("private", "manage_roles")],
  },
  {
    ...{ base: K, name: "an open category", path: ({ categories: { open } }) => `/categories/${open}` },
    needs: [has("manage_roles")],
  },
  {
    ...{ base: K, name: "a hidden category", path: ({ categories: { hidden } }) => `/categories/${hidden}` },
    needs: [seesHidden],
  },
];

type Target = "low" | "high" | "everyone" | "foreign" | "lowMember" | "highMember" | "owner" | "stranger";
const idOf = (world: MatrixWorld, target: Target): string => {
  if (target === "everyone") return world.everyone;
  if (target === "low" || target === "high" || target === "foreign") return world.roles[target] ?? "";
  return world.people[target].id;
};

/** Overrides of every kind of target in one place. Targets that nobody has are looked up first. */
function targetRows({ base, name, path, needs }: OverridePlace): GuildRow[] {
  const route = `PUT ${base}/overrides/{target}`;
  const [view = missing] = needs;
  const row = (
    target: Target,
    more: GuildRow["needs"],
    allow: GuildPermission[],
    deny: GuildPermission[] = [],
  ): GuildRow => ({
    ...{
      route,
      object: `${name}: ${target}${allow.join() && ` gets ${allow}`}`,
      needs: [...needs, ...more],
      ok: "204",
    },
    request: (world) => at(`${path(world)}/overrides/${idOf(world, target)}`, { allow, deny }),
    undo: (world) =>
      byOwner(world, "PUT", `${path(world).slice(1)}/overrides/${idOf(world, target)}`, { allow: [], deny: [] }),
  });
  const absent = (target: Target): GuildRow => ({
    ...row(target, [], []),
    needs: [needs.length > 1 ? view : allowed, missing],
  });
  return [
    row("low", [], [], ["history"]),
    row("low", [has("kick")], ["kick"]),
    row("low", [has("kick")], [], ["kick"]),
    row("high", [isAbove("high")], [], ["history"]),
    row("lowMember", [], [], ["history"]),
    row("highMember", [isAbove("high")], [], ["history"]),
    row("owner", [ownerOnly], [], ["history"]),
    absent("foreign"),
    absent("stranger"),
  ];
}
const allowed = () => null;
const ownerOnly = (who: string) => (who === "owner" ? null : "forbidden");

const list = { ok: "200", fields: ["items", "next"] };
export const overrideRows: readonly GuildRow[] = [
  ...overridePlaces.map(
    ({ base, name, path, needs }): GuildRow => ({
      ...{
        route: `GET ${base}/overrides`,
        object: name,
        needs,
        ...list,
        request: (world) => at(`${path(world)}/overrides`),
      },
    }),
  ),
  ...strangeRows(`GET ${C}/overrides`, "/overrides"),
  {
    route: `GET ${K}/overrides`,
    object: "a category of another guild",
    needs: [missing],
    ok: "200",
    request: category("foreign", undefined, "/overrides"),
  },
  ...overridePlaces.flatMap(targetRows),
  ...strange.map(
    ([place, object]): GuildRow => ({
      ...{ route: `PUT ${C}/overrides/{target}`, object, needs: [missing], ok: "204" },
      request: (world) =>
        at(`/channels/${world.channels[place]}/overrides/${world.roles.low}`, { allow: [], deny: [] }),
    }),
  ),
  {
    ...{ route: `PUT ${K}/overrides/{target}`, object: "a category of another guild", needs: [missing], ok: "204" },
    request: (world) =>
      at(`/categories/${world.categories.foreign}/overrides/${world.roles.low}`, { allow: [], deny: [] }),
  },
  {
    // A copy changes what the role of insiders may do there, so it needs a higher rank.
    ...{ route: `PUT ${C}/overrides`, object: "an open channel without a category" },
    ...{ needs: [sees("text"), fails("invalid")], ok: "204", request: channel("text", undefined, "/overrides") },
  },
  {
    ...{ route: `PUT ${C}/overrides`, object: "a channel with a category", needs: [has("manage_roles")], ok: "204" },
    prepare: (world) => keep(world, "sorted", () => sortedChannel(world)),
    request: async (world) => at(`/channels/${await keep(world, "sorted", () => sortedChannel(world))}/overrides`),
  },
  {
    // The copy would give a role above the caller an override.
    ...{ route: `PUT ${C}/overrides`, object: "a channel whose category has an override of a higher role" },
    ...{ needs: [has("manage_roles"), isAbove("high")], ok: "204", touchesNamed: true },
    prepare: (world) => keep(world, "ranked", () => rankedChannel(world)),
    request: async (world) => at(`/channels/${await keep(world, "ranked", () => rankedChannel(world))}/overrides`),
    undo: forget("ranked"),
  },
  {
    // Who does not see the category does not learn of its overrides.
    ...{ route: `PUT ${C}/overrides`, object: "a channel in a hidden category", needs: [seesHidden], ok: "204" },
    touchesNamed: true,
    prepare: (world) => keep(world, "in hidden", () => hiddenChannel(world)),
    request: async (world) => at(`/channels/${await keep(world, "in hidden", () => hiddenChannel(world))}/overrides`),
    undo: forget("in hidden"),
  },
  ...strangeRows(`PUT ${C}/overrides`, "/overrides").map((row) => ({ ...row, ok: "204" })),
];

const rankedChannel = (world: MatrixWorld) =>
  openGuildChannel(world.people.owner, world.guild, {
    ...{ name: "ranked", category: world.categories.ranked, overrides: [] },
  });
const hiddenChannel = (world: MatrixWorld) =>
  openGuildChannel(world.people.owner, world.guild, {
    ...{ name: "in hidden", category: world.categories.secluded, overrides: [] },
  });
const sortedChannel = (world: MatrixWorld) =>
  openGuildChannel(world.people.owner, world.guild, { name: "sorted", category: world.categories.open });
