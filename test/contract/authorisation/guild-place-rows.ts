// The rows of the matrix for channels and categories of a guild.
import type { GuildPermission } from "../../../src/protocol";
import { openGuildChannel } from "../../support/guild";
import type { Place } from "./callers";
import {
  at,
  byOwner,
  dropChannel,
  forget,
  G,
  type GuildRow,
  has,
  hasIn,
  isAbove,
  keep,
  missing,
  nonce,
  sees,
  seesHidden,
} from "./guild-needs";
import type { MatrixWorld } from "./world";

export const C = `${G}/channels/{channel}`;
export const K = `${G}/categories/{category}`;

const made = (body: object) => () => at("/channels", { nonce: nonce(), name: "made here", ...body });
const creates = { ok: "200", undo: dropChannel };
const override = (target: string, allow: GuildPermission[], deny: GuildPermission[] = []) => ({ target, allow, deny });

const newChannels: readonly GuildRow[] = [
  { route: `POST ${G}/channels`, object: "a channel", needs: [has("manage_channels")], request: made({}), ...creates },
  {
    ...{ route: `POST ${G}/channels`, object: "a channel in a hidden category", ...creates },
    needs: [has("manage_channels"), seesHidden],
    request: ({ categories }) => made({ category: categories.hidden })(),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "a channel in a category of another guild", ...creates },
    needs: [has("manage_channels"), missing],
    request: ({ categories }) => made({ category: categories.foreign })(),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "an override of a low role", ...creates },
    needs: [has("manage_channels"), has("manage_roles")],
    request: ({ roles }) => made({ overrides: [override(roles.low ?? "", ["view"])] })(),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "an override beyond what I have", ...creates },
    needs: [has("manage_channels"), has("manage_roles"), has("kick")],
    request: ({ roles }) => made({ overrides: [override(roles.low ?? "", ["kick"])] })(),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "an override of a higher role", ...creates },
    needs: [has("manage_channels"), has("manage_roles"), isAbove("high")],
    request: ({ roles }) => made({ overrides: [override(roles.high ?? "", ["view"])] })(),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "an override of a role of another guild", ...creates },
    needs: [has("manage_channels"), missing],
    request: ({ roles }) => made({ overrides: [override(roles.foreign ?? "", ["view"])] })(),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "a private channel", ...creates },
    needs: [has("manage_channels"), isAbove("everyone")],
    request: made({ type: "private" }),
  },
  {
    ...{ route: `POST ${G}/channels`, object: "an announcement channel", ...creates },
    needs: [has("manage_channels"), has("send")],
    request: made({ type: "announcement" }),
  },
];

export const channel =
  (place: Place, body?: object, path = "") =>
  (world: MatrixWorld) =>
    at(`/channels/${world.channels[place]}${path}`, body);
const freshChannel = (world: MatrixWorld) => openGuildChannel(world.people.owner, world.guild, { name: "fresh" });
const manages = (place: Place) => [sees(place), hasIn(place, "manage_channels")];
/** Ids that this guild does not have, although the owner may do everything with most of them. */
export const strange: readonly (readonly [Place, string])[] = [
  ["foreign", "a channel of another guild"],
  ["deleted", "a deleted channel"],
  ["group", "a group"],
  ["unknown", "an unknown channel"],
];
export const strangeRows = (route: string, path = "", body?: object): GuildRow[] =>
  strange.map(([place, object]) => ({
    route,
    object,
    needs: [missing],
    ok: "200",
    request: channel(place, body, path),
  }));

const knownChannels: readonly GuildRow[] = [
  {
    route: `PATCH ${C}`,
    object: "an open channel",
    needs: manages("text"),
    ok: "200",
    request: channel("text", { topic: "sekret-in-text" }),
  },
  {
    route: `PATCH ${C}`,
    object: "a private channel",
    needs: manages("private"),
    ok: "200",
    request: channel("private", { topic: "sekret-in-private" }),
  },
  {
    ...{
      route: `PATCH ${C}`,
      object: "the type of a channel",
      ok: "200",
      request: channel("text", { type: "announcement" }),
    },
    needs: [...manages("text"), hasIn("text", "manage_roles"), hasIn("text", "send")],
    undo: (world) => byOwner(world, "PATCH", `channels/${world.channels.text}`, { type: "text" }),
  },
  {
    ...{
      route: `PATCH ${C}`,
      object: "a move into a hidden category",
      needs: [...manages("text"), seesHidden],
      ok: "200",
    },
    request: (world) => channel("text", { category: world.categories.hidden })(world),
    undo: (world) => byOwner(world, "PATCH", `channels/${world.channels.text}`, { category: null }),
  },
  {
    ...{ route: `PATCH ${C}`, object: "a move into a category of another guild", needs: [...manages("text"), missing] },
    ...{ ok: "200", request: (world) => channel("text", { category: world.categories.foreign })(world) },
  },
  ...strangeRows(`PATCH ${C}`, "", { name: "x" }),
  {
    ...{
      route: `DELETE ${C}`,
      object: "an open channel",
      needs: [has("manage_channels")],
      ok: "204",
      prepare: (world) => keep(world, "open", () => freshChannel(world)),
      ...{ undo: forget("open"), touchesNamed: true },
    },
    request: async (world) => at(`/channels/${await keep(world, "open", () => freshChannel(world))}`),
  },
  {
    ...{
      route: `DELETE ${C}`,
      object: "a private channel",
      needs: [sees("foreign")],
      ok: "204",
      prepare: (world) => keep(world, "private", () => freshPrivate(world)),
      ...{ undo: forget("private"), touchesNamed: true },
    },
    request: async (world) => at(`/channels/${await keep(world, "private", () => freshPrivate(world))}`),
  },
  ...strangeRows(`DELETE ${C}`).map((row) => ({ ...row, ok: "204" })),
];

/** A private channel that only the owner and administrators see: like one of the other guild. */
const freshPrivate = (world: MatrixWorld) =>
  openGuildChannel(world.people.owner, world.guild, { name: "fresh", type: "private" });

export const category =
  (name: "open" | "hidden" | "foreign" | "unknown", body?: object, path = "") =>
  (world: MatrixWorld) =>
    at(`/categories/${world.categories[name]}${path}`, body);
const freshCategory = async (world: MatrixWorld) => (await byOwner(world, "POST", "categories", { name: "fresh" })).id;

const categories: readonly GuildRow[] = [
  {
    ...{ route: `POST ${G}/categories`, object: "a category", needs: [has("manage_channels")], ok: "200" },
    ...{ fields: ["id", "name", "position"], request: () => at("/categories", { name: "made" }) },
    undo: (world, answer) => byOwner(world, "DELETE", `categories/${JSON.parse(answer).id}`),
  },
  {
    route: `PATCH ${K}`,
    object: "an open category",
    needs: [has("manage_channels")],
    ok: "204",
    request: category("open", { name: "Open" }),
  },
  {
    ...{ route: `PATCH ${K}`, object: "a hidden category", needs: [seesHidden], ok: "204" },
    request: category("hidden", { name: "sekret-category" }),
  },
  {
    route: `PATCH ${K}`,
    object: "a category of another guild",
    needs: [missing],
    ok: "204",
    request: category("foreign", { name: "x" }),
  },
  {
    route: `PATCH ${K}`,
    object: "an unknown category",
    needs: [missing],
    ok: "204",
    request: category("unknown", { name: "x" }),
  },
  {
    ...{
      route: `DELETE ${K}`,
      object: "an open category",
      needs: [has("manage_channels")],
      ok: "204",
      prepare: (world) => keep(world, "category", () => freshCategory(world)),
      ...{ undo: forget("category"), touchesNamed: true },
    },
    request: async (world) => at(`/categories/${await keep(world, "category", () => freshCategory(world))}`),
  },
  {
    route: `DELETE ${K}`,
    object: "a category of another guild",
    needs: [missing],
    ok: "204",
    request: category("foreign"),
  },
  { route: `DELETE ${K}`, object: "an unknown category", needs: [missing], ok: "204", request: category("unknown") },
];

export const guildPlaceRows: readonly GuildRow[] = [...newChannels, ...knownChannels, ...categories];
