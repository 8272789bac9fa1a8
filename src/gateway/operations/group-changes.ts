// The changes of a group that members ask for. Each reads the group, decides whether the member may
// make the change, and makes it in a batch that checks the decision again. If the batch changed
// nothing, another request was faster: the change is decided again, so that it gets the answer that
// it would get if it came later.
import { findProfile } from "../../directory/accounts";
import { type ChannelProposal, directProposal, findChannel, openChannel } from "../../directory/channels";
import type { Database } from "../../directory/database";
import type { OpenedChannel } from "../../directory/direct-channels";
import { type EntryRule, refusalOf } from "../../directory/entry-rule";
import {
  addMember,
  assignRole,
  changeChannel,
  leaveGroup,
  removeEveryone,
  removeMember,
} from "../../directory/memberships";
import { askedBy, askMember, withdrawRequest } from "../../directory/requests";
import type { ChannelChange } from "../../directory/roster-change";
import { ChatError } from "../../domain/error";
import { authoriseGroupChange, type GroupChange } from "../../domain/member-permission";
import { type ChannelInfo, channelKinds, limits, type openChannel as openChannelBody, type Role } from "../../protocol";

/** How often a change is decided. It is decided again only if another request changed the group. */
const ATTEMPTS = 10;

/**
 * Adds a user to a group or asks them, or sets the role of a member; `owner` hands the group over.
 * Without a role a new member is a `member`, and the role of a member stays. Returns the people who
 * were asked. Throws `not_found`, `forbidden`, `channel_is_direct`, `group_full`,
 * `too_many_groups`, `request_refused`, `too_many_pending`.
 */
export async function putMember(
  db: Database,
  change: ChannelChange,
  requestedRole: Role | undefined,
  rule: EntryRule,
): Promise<string[]> {
  const { channel: id, subject } = change;
  const asked: string[] = [];
  await decide(db, change, async (channel, authorise) => {
    const member = channel.members.find(({ user }) => user.id === subject);
    const role = requestedRole ?? member?.role ?? "member";
    if (member?.role === role) return true;
    authorise(member ? { kind: "assign", from: member.role, to: role } : { kind: "add", role });
    if (!(await findProfile(db, { id: subject }))) throw new ChatError("not_found", "no such user");
    if (member) return await assignRole(db, change, role);
    if (channel.members.length >= limits.groupMembers) throw new ChatError("group_full");
    if (await addMember(db, change, role, rule)) return true;
    const outcome = await askMember(db, change, rule);
    if (outcome === "asked") asked.push(subject);
    if (outcome !== null) return true;
    const refusal = await refusalOf(db, rule, id, channel.kind, subject);
    if (refusal !== null) throw new ChatError(refusal);
    return false;
  });
  return asked;
}

/**
 * Removes a member, withdraws a request, or lets the actor leave. A subject who is none of them is
 * no error. Returns the people who saw a request that ended. Throws `not_found`, `forbidden`,
 * `channel_is_direct`.
 */
export async function endMembership(db: Database, change: ChannelChange): Promise<string[]> {
  const { channel: id, actor, subject } = change;
  let ended = await askedBy(db, id, subject);
  await decide(db, change, async (channel, authorise) => {
    if (subject === actor) {
      authorise({ kind: "leave" });
      return await leaveGroup(db, change);
    }
    const member = channel.members.find(({ user }) => user.id === subject);
    if (!member && channelKinds[channel.kind].roster === "managed") {
      const asked = await askedBy(db, id, null);
      if (await withdrawRequest(db, change)) {
        ended = asked.filter((user) => user === subject);
        return true;
      }
    }
    authorise({ kind: "remove", role: member?.role ?? "member" });
    return member === undefined || (await removeMember(db, change));
  });
  return ended;
}

/** Changes a group's name or topic. Throws `not_found`, `forbidden`, `channel_is_direct`. */
export async function changeGroup(
  db: Database,
  change: ChannelChange,
  values: { name?: string | undefined; topic?: string | undefined },
): Promise<void> {
  await decide(db, change, async (_channel, authorise) => {
    authorise({ kind: "edit" });
    return await changeChannel(db, change, values);
  });
}

/**
 * Deletes a group. Returns the people who saw a request that ended. Throws `not_found`,
 * `forbidden`, `channel_is_direct`.
 */
export async function deleteGroup(db: Database, change: ChannelChange): Promise<string[]> {
  const ended = await askedBy(db, change.channel, null);
  await decide(db, change, async (_channel, authorise) => {
    authorise({ kind: "delete" });
    return await removeEveryone(db, change);
  });
  return ended;
}

/**
 * Opens a direct channel or creates a group. `id` is the id of a new channel. Throws `not_found` if
 * there is no such user, `sign_in_required` if the actor's account is erased, `too_many_groups`,
 * and for the other person of a direct channel `request_refused` and `too_many_pending`.
 */
export async function openChannelFor(
  db: Database,
  { channel: id, actor, now }: ChannelChange,
  body: ReturnType<typeof openChannelBody.parse>,
  rule: EntryRule,
): Promise<Exclude<OpenedChannel, { refused: unknown }>> {
  const noSuchUser = new ChatError("not_found", "no such user");
  if (body.kind === "direct" && !(await findProfile(db, { id: body.user }))) throw noSuchUser;
  const opened = await openChannel(db, proposalOf(id, actor, body), now, rule.openTo);
  if (!("refused" in opened)) return opened;
  await requireOpenAccount(db, actor);
  if (opened.refused === "not_found") throw noSuchUser;
  throw new ChatError(opened.refused ?? "temporary");
}

function proposalOf(id: string, from: string, body: ReturnType<typeof openChannelBody.parse>): ChannelProposal {
  if (body.kind === "direct") return directProposal(id, from, body.user);
  const { kind, nonce, name, topic, history } = body;
  const members = [...new Set([from, ...body.members])];
  return { id, kind, identity: `${from} ${nonce}`, name, topic, history, createdBy: from, members };
}

/**
 * Calls `attempt` with the group and a check of the actor's permission, until it returns that
 * nothing is left to do. Throws `not_found` for everyone who is no member.
 */
async function decide(
  db: Database,
  { channel: id, actor }: ChannelChange,
  attempt: (channel: ChannelInfo, authorise: (change: GroupChange) => void) => Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < ATTEMPTS; tries++) {
    const channel = await findChannel(db, id, actor);
    const me = channel?.members.find(({ user }) => user.id === actor);
    if (!channel || !me) throw new ChatError("not_found");
    if (await attempt(channel, (change) => authoriseGroupChange(channel.kind, me.role, change))) return;
    await requireOpenAccount(db, actor);
  }
  throw new ChatError("temporary");
}

async function requireOpenAccount(db: Database, id: string): Promise<void> {
  if (!(await findProfile(db, { id }))) throw new ChatError("sign_in_required");
}
