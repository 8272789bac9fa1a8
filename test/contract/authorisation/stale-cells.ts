// The cells of changes whose decision has become stale: between the decision and its batch the
// guild changed, or the actor lost what the decision was made on. Such a batch changes nothing.

import { banPerson, liftBan } from "../../../src/directory/guild-bans";
import { type DecidedChange, isAsDecided } from "../../../src/directory/guild-change";
import * as places from "../../../src/directory/guild-channels";
import { joinGuild, removeGuildMember, transferGuild } from "../../../src/directory/guild-members";
import { purgePerson } from "../../../src/directory/guild-purges";
import * as roles from "../../../src/directory/guild-roles";
import { endTimeOut, timeOutMember } from "../../../src/directory/guild-time-outs";
import { updateGuild } from "../../../src/directory/guilds";
import {
  addMember,
  assignRole,
  changeChannel,
  leaveGroup,
  removeEveryone,
  removeMember,
} from "../../../src/directory/memberships";
import { db, rowsOf } from "../../directory/support";
import type { Caller, PersonName } from "./callers";
import type { Cell } from "./cell";
import { changedRows, directoryRows } from "./directory-rows";
import type { MatrixWorld } from "./world";

type Change = (world: MatrixWorld, change: DecidedChange) => Promise<unknown>;
const override = (world: MatrixWorld) => ({ of: "role", id: world.roles.low ?? "", allow: none, deny: none }) as const;
const none = { low: 0, high: 0 };
/** A change that is not made has no entry either. */
const audit = { kind: "guild.changed", target: null } as const;
const ban = { reason: "", until: null, deleteSince: 1, purge: "1" } as const;
const role = (world: MatrixWorld, name: string) => world.roles[name] ?? "";

/** Every statement that changes a guild, with values that would change something. */
const guildChanges: Readonly<Record<string, Change>> = {
  updateGuild: (_, change) => updateGuild(db, change, { name: "stale" }),
  "updateGuild, welcome channel": (world, change) => updateGuild(db, change, { welcomeChannel: world.channels.text }),
  transferGuild: (world, change) => transferGuild(db, change, world.people.lowMember.id),
  removeGuildMember: (world, change) => removeGuildMember(db, change, world.people.lowMember.id),
  banPerson: (world, change) => banPerson(db, change, { ...ban, user: world.people.lowMember.id, isMember: true }),
  "banPerson who is no member": (world, change) =>
    banPerson(db, change, { ...ban, user: world.people.stranger.id, isMember: false }),
  liftBan: (world, change) => liftBan(db, change, world.people.banned.id),
  purgePerson: (world, change) => purgePerson(db, change, { id: "1", author: world.people.lowMember.id, since: 1 }),
  timeOutMember: (world, change) => timeOutMember(db, change, world.people.lowMember.id, Date.now() + 60_000),
  endTimeOut: (world, change) => endTimeOut(db, change, world.people.timedOut.id),
  joinGuild: (world, change) =>
    joinGuild(
      db,
      {
        guild: change.guild,
        user: world.people.stranger.id,
        by: change.actor,
        now: change.now,
        roles: [role(world, "low")],
      },
      { entry: isAsDecided(change) },
    ),
  insertRole: (_, change) =>
    roles.insertRole(db, change, {
      id: "r_stale",
      name: "x",
      color: null,
      ...none,
      mentionable: false,
      grouped: false,
    }),
  updateRole: (world, change) => roles.updateRole(db, change, role(world, "low"), { name: "stale" }),
  "updateRole, permissions": (world, change) => roles.updateRole(db, change, role(world, "low"), { low: 1 }),
  deleteRole: (world, change) => roles.deleteRole(db, change, { id: role(world, "insider"), position: 1 }),
  orderRoles: (world, change) => roles.orderRoles(db, change, Object.values(world.roles).reverse()),
  giveRole: (world, change) => roles.giveRole(db, change, world.people.member.id, role(world, "low")),
  takeRole: (world, change) => roles.takeRole(db, change, world.people.lowMember.id, role(world, "low")),
  insertCategory: (_, change) => places.insertCategory(db, change, { id: "k_stale", name: "x", position: 0 }),
  updateCategory: (world, change) =>
    places.updateCategory(db, change, world.categories.open, { name: "x", position: 0 }),
  deleteCategory: (world, change) => places.deleteCategory(db, change, world.categories.hidden),
  insertChannel: (world, change) =>
    places.insertChannel(db, change, {
      ...{ channel: "c_stale", name: "x", topic: "", identity: "stale", category: null, position: 0, type: "text" },
      overrides: [override(world)],
    }),
  updateChannel: (world, change) =>
    places.updateChannel(db, change, world.channels.text, { name: "stale", type: "private", position: 2 }),
  deleteChannel: (world, change) => places.deleteChannel(db, change, world.channels.announcement),
  "replaceOverrides of a channel": (world, change) =>
    places.replaceOverrides(db, change, { channel: world.channels.text }, null, [override(world)]),
  "replaceOverrides of a category": (world, change) =>
    places.replaceOverrides(db, change, { category: world.categories.hidden }, null, [override(world)]),
};

/** Runs a change that must not be made. */
async function expectUnchanged(run: () => Promise<unknown>): Promise<{ outcome: string; text: string }> {
  const before = await directoryRows(true);
  const made = await run();
  const changed = changedRows(before, await directoryRows(true));
  if (made !== false && made !== null) return { outcome: "made", text: "" };
  return { outcome: changed.length === 0 ? "nothing" : `changed ${changed.join(" ")}`, text: "" };
}

const revisionOf = async (guild: string): Promise<number> =>
  Number((await rowsOf("SELECT revision FROM guilds WHERE id = ?", guild))[0]?.revision);

export function* staleCells(): Generator<Cell> {
  const cell = (name: string, object: string, caller: Caller, run: (world: MatrixWorld) => Promise<unknown>): Cell => ({
    ...{ row: `directory: ${name}`, object, caller, expected: "nothing" },
    run: (world) => expectUnchanged(() => run(world)),
  });
  for (const [name, change] of Object.entries(guildChanges)) {
    const by = (actor: string, world: MatrixWorld, at: number): DecidedChange => ({
      guild: world.guild,
      actor,
      now: 1,
      at,
      audit,
    });
    yield cell(name, "a guild that changed since", "owner", async (world) =>
      change(world, by(world.people.owner.id, world, (await revisionOf(world.guild)) - 1)),
    );
    yield cell(name, "an account that does not exist", "owner", async (world) =>
      change(world, by("u_nobody", world, await revisionOf(world.guild))),
    );
  }
  const enter = (guild: (world: MatrixWorld) => string, who: (world: MatrixWorld) => string) => (world: MatrixWorld) =>
    joinGuild(db, { guild: guild(world), user: who(world), by: world.people.owner.id, now: 1 });
  const here = ({ guild }: MatrixWorld) => guild;
  const stranger = ({ people }: MatrixWorld) => people.stranger.id;
  yield cell(
    "joinGuild",
    "a guild that will be erased",
    "owner",
    enter(({ closingGuild }) => closingGuild, stranger),
  );
  yield cell(
    "joinGuild",
    "an unknown guild",
    "owner",
    enter(() => "g_nowhere", stranger),
  );
  yield cell(
    "joinGuild",
    "an unknown person",
    "owner",
    enter(here, () => "u_nobody"),
  );
  yield cell(
    "joinGuild",
    "a member",
    "owner",
    enter(here, ({ people }) => people.member.id),
  );
  yield cell(
    "joinGuild",
    "a banned person",
    "owner",
    enter(here, ({ people }) => people.banned.id),
  );
  yield cell("transferGuild", "an unknown person", "owner", async (world) =>
    transferGuild(
      db,
      { guild: world.guild, actor: world.people.owner.id, now: 1, at: await revisionOf(world.guild), audit },
      "u_nobody",
    ),
  );
  for (const caller of ["outsider", "exMember", "member", "author", "administrator"] as const)
    for (const [name, change] of groupChanges(caller))
      yield cell(name, "a group in which the actor may not do this now", caller, change);
}

/** The changes of a group that the database must refuse to a person. */
function* groupChanges(caller: PersonName): Generator<[string, (world: MatrixWorld) => Promise<unknown>]> {
  const by = ({ people, channels }: MatrixWorld, subject: string) =>
    ({ channel: channels.group, actor: people[caller].id, subject, now: 1 }) as const;
  const isIn = caller === "member" || caller === "author" || caller === "administrator";
  const rule = ({ people }: MatrixWorld) => ({ by: people[caller].id, openTo: "everyone" }) as const;
  const other = caller === "author" ? "member" : "author";
  yield ["addMember as an admin", (world) => addMember(db, by(world, world.people.stranger.id), "admin", rule(world))];
  if (!isIn) yield ["addMember", (world) => addMember(db, by(world, world.people.stranger.id), "member", rule(world))];
  else
    yield ["addMember who is one", (world) => addMember(db, by(world, world.people[other].id), "member", rule(world))];
  yield ["assignRole", (world) => assignRole(db, by(world, world.people[other].id), "admin")];
  yield ["assignRole of the owner", (world) => assignRole(db, by(world, world.people.owner.id), "member")];
  yield ["assignRole, owner", (world) => assignRole(db, by(world, world.people[other].id), "owner")];
  yield ["removeMember of the owner", (world) => removeMember(db, by(world, world.people.owner.id))];
  if (caller !== "administrator") {
    yield ["removeMember", (world) => removeMember(db, by(world, world.people[other].id))];
    yield ["changeChannel", (world) => changeChannel(db, by(world, ""), { name: "stale" })];
  }
  if (!isIn) yield ["leaveGroup", (world) => leaveGroup(db, by(world, world.people[caller].id))];
  yield ["removeEveryone", (world) => removeEveryone(db, by(world, ""))];
}
