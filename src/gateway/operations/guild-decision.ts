// Decides a change of a guild and makes it. The batch is made only if the guild is still as it was
// when the change was decided. Otherwise another request was faster, and the change is decided
// again, so that it gets the answer that it would get if it came later.
import { findProfile } from "../../directory/accounts";
import type { Database } from "../../directory/database";
import type { DecidedChange } from "../../directory/guild-change";
import { type GuildMemberState, type GuildState, loadGuild } from "../../directory/guild-state";
import { ChatError } from "../../domain/error";
import type { AuditRecord } from "../../domain/guild-audit";
import { authoriseGuild, type GuildChange } from "../../domain/guild-authority";
import { rulesOfGuild } from "../../domain/guild-mirror";
import type { PermissionRules } from "../../domain/permission";
import type { GuildId, GuildPermission, RoleId, UserId } from "../../protocol";
import type { GatewayContext } from "../http/context";

/** How often a change is decided. It is decided again only if another request changed the guild. */
const ATTEMPTS = 10;

/** Who changes which guild, and when. */
export interface GuildRequest {
  guild: GuildId;
  actor: UserId;
  now: number;
  /** The people besides the actor on whom the decision depends. A decision reads no others. */
  people?: readonly UserId[];
}

export const guildRequest = (c: GatewayContext, guild: GuildId): GuildRequest => ({
  guild,
  actor: c.get("account").id,
  now: c.get("now"),
});

/** A guild at one revision, as the member who changes it may see it. */
export interface GuildDecision {
  state: GuildState;
  rules: PermissionRules<GuildPermission>;
  me: GuildMemberState;
  /** Throws unless the member may make the change. */
  authorise(change: GuildChange): void;
  /** The revision on which the change is decided. */
  at: number;
  /** Returns what the batch of the change carries. Null: the audit log says nothing of it. */
  change(audit: AuditRecord | null): DecidedChange;
}

/**
 * Calls `attempt` until it makes the change. Null says that the guild changed meanwhile. Throws
 * `not_found` for everyone who is no member, and `guild_deleted` if the guild was deleted, unless
 * `isForDeleted`.
 */
export async function decideGuild<T extends object>(
  db: Database,
  request: GuildRequest,
  attempt: (decision: GuildDecision) => Promise<T | null>,
  isForDeleted = false,
): Promise<T> {
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    const decision = await findDecision(db, request);
    if (decision.state.row.deleteAt !== null && !isForDeleted) throw new ChatError("guild_deleted");
    const made = await attempt(decision);
    if (made) return made;
    if (!(await findProfile(db, { id: request.actor }))) throw new ChatError("sign_in_required");
  }
  throw new ChatError("temporary");
}

/** Returns a guild as a member sees it now. Throws `not_found` for everyone else. */
export async function findDecision(
  db: Database,
  { guild, actor, now, people = [] }: GuildRequest,
): Promise<GuildDecision> {
  const state = await loadGuild(db, guild, [actor, ...people]);
  const me = state?.members.get(actor);
  if (!state || !me) throw new ChatError("not_found");
  const rules = rulesOfGuild(state);
  return {
    ...{ state, rules, me },
    authorise: (change) => authoriseGuild(rules, me, change),
    at: state.row.revision,
    change: (audit) => ({ guild, actor, now, at: state.row.revision, audit }),
  };
}

/** Returns a member of the guild, one of the `people` of the request. Throws `not_found`. */
export function memberIn({ members }: Pick<GuildState, "members">, user: UserId): GuildMemberState {
  const member = members.get(user);
  if (!member) throw new ChatError("not_found", "no such member");
  return member;
}

/** Returns a role of the guild. Throws `not_found`, also for a role of another guild. */
export function roleIn({ roleRows }: GuildState, id: RoleId) {
  const role = roleRows.find((row) => row.id === id);
  if (!role) throw new ChatError("not_found", "no such role");
  return role;
}

/** What an attempt returns that made its change, or not. */
export const madeIf = (isMade: boolean): object | null => (isMade ? {} : null);
