// The rows of the matrix for the routes of a guild: for each object that a route may name, what a
// caller needs, in the order in which it is asked for.
import { change } from "../../support/guild";
import {
  at,
  byOwner,
  fails,
  G,
  type GuildRow,
  has,
  isAbove,
  isOwner,
  missing,
  never,
  sees,
  whole,
} from "./guild-needs";
import { channelsIn, seenBy } from "./guild-views";

export const wholeGuild: readonly GuildRow[] = [
  { route: `GET ${G}`, object: "the guild", needs: [], ok: "200", fields: whole, request: () => at("") },
  {
    ...{ route: `GET ${G}`, object: "its channels and permissions", needs: [], ok: "200", request: () => at("") },
    shown: { of: channelsIn, to: seenBy },
  },
  {
    ...{ route: `GET ${G}/events`, object: "the heads", needs: [], ok: "200", fields: ["frames"] },
    request: () => at("/events"),
  },
  {
    ...{ route: `PATCH ${G}`, object: "the name", needs: [has("manage_guild")], ok: "200", fields: whole },
    request: () => at("", { name: "sekret-guild" }),
  },
  {
    ...{ route: `PATCH ${G}`, object: "a welcome channel that is private" },
    ...{ needs: [has("manage_guild"), sees("private")], ok: "200" },
    request: ({ channels }) => at("", { welcomeChannel: channels.private }),
    undo: (world) => byOwner(world, "PATCH", "", { welcomeChannel: world.channels.text }),
  },
  {
    ...{ route: `PATCH ${G}`, object: "a welcome channel of another guild" },
    ...{ needs: [has("manage_guild"), missing], ok: "200" },
    request: ({ channels }) => at("", { welcomeChannel: channels.foreign }),
  },
  {
    ...{ route: `PUT ${G}/deletion`, object: "the guild", needs: [isOwner], ok: "200", fields: whole },
    request: () => at("/deletion"),
    undo: (world) => byOwner(world, "DELETE", "deletion"),
  },
  {
    ...{ route: `DELETE ${G}/deletion`, object: "the guild", needs: [isOwner], ok: "200", fields: whole },
    request: () => at("/deletion"),
  },
  {
    ...{ route: `PUT ${G}/owner`, object: "a member", needs: [isOwner], ok: "204" },
    request: ({ people }) => at("/owner", { user: people.lowMember.id }),
    undo: ({ people, guild }) => change(people.lowMember, guild, "PUT", "owner", { user: people.owner.id }),
  },
  {
    ...{ route: `PUT ${G}/owner`, object: "a person who is no member", needs: [isOwner, missing], ok: "204" },
    request: ({ people }) => at("/owner", { user: people.stranger.id }),
  },
];

const M = `${G}/members/{user}`;
export const members: readonly GuildRow[] = [
  {
    ...{ route: `GET ${G}/members`, object: "all members", needs: [], ok: "200", fields: ["items", "next"] },
    request: () => at("/members"),
  },
  {
    ...{ route: `PUT ${M}`, object: "a person who needs no request", needs: [has("invite")], ok: "204" },
    request: ({ people }) => at(`/members/${people.stranger.id}`),
    undo: (world) => byOwner(world, "DELETE", `members/${world.people.stranger.id}`),
  },
  {
    ...{ route: `PUT ${M}`, object: "an unknown person", needs: [has("invite"), missing], ok: "204" },
    request: () => at("/members/u_nobody"),
  },
  {
    ...{ route: `PUT ${M}`, object: "a banned person", needs: [has("invite"), fails("user_banned")], ok: "204" },
    request: ({ people }) => at(`/members/${people.banned.id}`),
  },
  {
    ...{ route: `PUT ${M}`, object: "a member", needs: [has("invite")], ok: "204" },
    request: ({ people }) => at(`/members/${people.lowMember.id}`),
  },
  {
    ...{ route: `DELETE ${M}`, object: "a member of a low rank", needs: [has("kick"), isAbove("low")], ok: "204" },
    request: ({ people }) => at(`/members/${people.lowMember.id}`),
    undo: async (world) => {
      const { id } = world.people.lowMember;
      await byOwner(world, "PUT", `members/${id}`);
      await byOwner(world, "PUT", `members/${id}/roles/${world.roles.low}`);
    },
  },
  {
    ...{
      route: `DELETE ${M}`,
      object: "a member of the highest rank",
      needs: [has("kick"), isAbove("high")],
      ok: "204",
    },
    request: ({ people }) => at(`/members/${people.highMember.id}`),
    undo: async (world) => {
      const { id } = world.people.highMember;
      await byOwner(world, "PUT", `members/${id}`);
      await byOwner(world, "PUT", `members/${id}/roles/${world.roles.high}`);
    },
  },
  {
    // The owner cannot leave, and nobody else removes the owner.
    ...{ route: `DELETE ${M}`, object: "the owner", ok: "204" },
    needs: [(who) => (who === "owner" ? "guild_owned" : null), has("kick"), never],
    request: ({ people }) => at(`/members/${people.owner.id}`),
  },
  {
    ...{ route: `DELETE ${M}`, object: "a person who is no member", needs: [has("kick")], ok: "204" },
    request: ({ people }) => at(`/members/${people.stranger.id}`),
  },
];
