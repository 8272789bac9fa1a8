// Interleaves uses of invites with everything that may end them, at every access to the directory.
// After each step a use is counted if and only if a membership began, and only where the invite
// admitted the person at that moment.
import { env } from "cloudflare:workers";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Database } from "../../src/directory/database";
import { closeAccount } from "../../src/directory/erasures";
import { leaveGroup, removeMember } from "../../src/directory/memberships";
import { ChatError } from "../../src/domain/error";
import { endInvite, enterByInvite, makeInvite } from "../../src/gateway/operations/invites";
import { newId, newInviteCode } from "../../src/runtime/ids";
import { runs } from "../support/runs";
import { Interleaver } from "./interleaver";

const PEOPLE = 4;
const CODES = 3;

/** The first person owns the group and makes the invites. */
const plannedStep = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant("use" as const) },
    { weight: 3, arbitrary: fc.constantFrom("remove" as const, "leave" as const) },
    { weight: 1, arbitrary: fc.constantFrom("revoke" as const, "renew" as const, "erase" as const) },
  ),
  actor: fc.integer({ min: 1, max: PEOPLE - 1 }),
  code: fc.nat(CODES - 1),
});
const scenario = fc.record({
  maxUses: fc.array(fc.constantFrom(1, 2, null), { minLength: CODES, maxLength: CODES }),
  steps: fc.array(plannedStep, { minLength: 4, maxLength: 9 }),
  choices: fc.array(fc.nat(1_000), { minLength: 40, maxLength: 120 }),
});

interface Step {
  kind: "use" | "remove" | "leave" | "revoke" | "renew" | "erase";
  actor: string;
  code: string;
  now: number;
}

interface InviteState {
  uses: number;
  most: number | null;
  createdAt: number;
  kind: string;
}
interface UsedState {
  invites: Map<string, InviteState>;
  /** Who is in which channel, as "channel user". */
  members: Set<string>;
  /** When a person was removed from the group. */
  removedAt: Map<string, number>;
}

async function readState(group: string, people: readonly string[]): Promise<UsedState> {
  const list = JSON.stringify(people);
  const [invites, members, removals] = await env.DIRECTORY.batch<Record<string, string | number | null>>([
    env.DIRECTORY.prepare("SELECT * FROM invites WHERE target IN (?, ?)").bind(group, people[0] ?? ""),
    env.DIRECTORY.prepare("SELECT channel, user FROM memberships WHERE user IN (SELECT value FROM json_each(?))").bind(
      list,
    ),
    env.DIRECTORY.prepare("SELECT user, removed_at FROM former_memberships WHERE channel = ?").bind(group),
  ]);
  const inviteOf = (row: Record<string, string | number | null>): InviteState => ({
    ...{ uses: Number(row.uses), most: row.max_uses === null ? null : Number(row.max_uses) },
    ...{ createdAt: Number(row.created_at), kind: String(row.target_kind) },
  });
  return {
    invites: new Map(invites?.results.map((row) => [String(row.code), inviteOf(row)])),
    members: new Set(members?.results.map(({ channel, user }) => `${channel} ${user}`)),
    removedAt: new Map(removals?.results.map((row) => [String(row.user), Number(row.removed_at ?? -1)])),
  };
}

/** Returns what is wrong with a step, as sentences. */
function faultsOf(step: Step, before: UsedState, after: UsedState): string[] {
  const faults: string[] = [];
  const entered = [...after.members].filter((one) => !before.members.has(one));
  for (const [code, { uses, most }] of after.invites) {
    const counted = uses - (before.invites.get(code)?.uses ?? 0);
    const isOfStep = step.kind === "use" && code === step.code && entered.length > 0;
    if (counted !== (isOfStep ? 1 : 0)) faults.push(`${step.kind} of ${step.actor} counts ${counted} uses of ${code}`);
    if (most !== null && uses > most) faults.push(`${code} was used ${uses} times of ${most}`);
  }
  if (entered.length === 0) return faults;
  const invite = before.invites.get(step.code);
  if (step.kind !== "use" || !invite) return [...faults, `${step.kind} of ${step.actor} begins ${entered}`];
  if (invite.most !== null && invite.uses >= invite.most) faults.push(`${step.actor} entered by a used-up invite`);
  if (invite.kind === "group" && (before.removedAt.get(step.actor) ?? -1) >= invite.createdAt)
    faults.push(`${step.actor} entered by an invite from before the removal`);
  return faults;
}

/** Creates the people, a group of the first one, and two invites to it and one to them. */
async function createWorld(maxUses: readonly (number | null)[], at: number) {
  const people = Array.from({ length: PEOPLE }, () => newId("u", at));
  const [owner = ""] = people;
  const group = newId("c", at);
  const account = `INSERT INTO accounts (id, handle, name, password_hash, created_at)
    SELECT value, '~' || value, value, '', 0 FROM json_each(?)`;
  const channel = `INSERT INTO channels (id, kind, identity, name, revision, created_by, created_at)
    VALUES (?1, 'group', ?1, 'old', 1, ?2, 0)`;
  await env.DIRECTORY.batch([
    env.DIRECTORY.prepare(account).bind(JSON.stringify(people)),
    env.DIRECTORY.prepare(channel).bind(group, owner),
    env.DIRECTORY.prepare("INSERT INTO memberships (channel, user, role, joined_at) VALUES (?, ?, 'owner', 1)").bind(
      group,
      owner,
    ),
  ]);
  const codes = Array.from({ length: CODES }, newInviteCode);
  const insert = `INSERT INTO invites (code, target_kind, target, created_by, created_at, max_uses) VALUES (?, ?, ?, ?, ?, ?)`;
  await env.DIRECTORY.batch(
    codes.map((code, i) => {
      const target = i === 0 ? ["person", owner] : ["group", group];
      return env.DIRECTORY.prepare(insert).bind(code, ...target, owner, at, maxUses[i] ?? null);
    }),
  );
  return { people, owner, group, codes };
}

async function perform(db: Database, { kind, actor, code, now }: Step, owner: string, channel: string): Promise<void> {
  if (kind === "use") return void (await enterByInvite(db, { code, user: actor, now }, newId("c", now)));
  if (kind === "remove") return void (await removeMember(db, { channel, actor: owner, subject: actor, now }));
  if (kind === "leave") return void (await leaveGroup(db, { channel, actor, subject: actor, now }));
  if (kind === "revoke") return await endInvite(db, code, owner, now);
  if (kind === "erase") return await closeAccount(db, actor, now);
  const bounds = { createdBy: owner, createdAt: now, expiresAt: null, maxUses: null };
  await makeInvite(db, { code: newInviteCode(), targetKind: "group", target: channel, ...bounds });
}

const refusals = ["invite_invalid", "group_full", "too_many_groups", "sign_in_required"];

test("[S176] however uses, removals and revocations interleave, each use is one membership", async () => {
  let entries = 0;
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(scenario, async ({ maxUses, steps: planned, choices }) => {
      const at = Date.now();
      const { people, owner, group, codes } = await createWorld(maxUses, at);
      const faults: string[] = [];
      let state = await readState(group, people);
      const interleaver = new Interleaver<Step>(env.DIRECTORY, async (step) => {
        const next = await readState(group, people);
        faults.push(...faultsOf(step, state, next));
        entries += next.members.size > state.members.size ? 1 : 0;
        state = next;
      });
      const steps = planned.map(({ kind, actor, code }, index): Step => {
        return { kind, actor: people[actor] ?? "", code: codes[code] ?? "", now: at + 1 + index };
      });
      const ended = steps.map(async (step) => {
        try {
          await perform(interleaver.open(step), step, owner, group);
        } catch (error) {
          if (!(error instanceof ChatError && refusals.includes(error.code))) throw error;
          refused++;
        }
      });
      await interleaver.run(choices.values());
      await Promise.all(ended);
      expect(faults).toEqual([]);
    }),
    { numRuns: runs(60, 3_000) },
  );
  // The property is worth nothing if nobody enters, or nobody is refused.
  expect(entries).toBeGreaterThan(10);
  expect(refused).toBeGreaterThan(10);
});
