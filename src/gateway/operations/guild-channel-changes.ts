// Changes of a guild's channels, categories and overrides. The rules are those of
// `domain/guild-authority.ts`.
import type { Database } from "../../directory/database";
import { channelTexts, findChannelByIdentity } from "../../directory/guild-access";
import * as stored from "../../directory/guild-channels";
import { loadOverrides, loadPlaces, overrideOf } from "../../directory/guild-state";
import { ChatError } from "../../domain/error";
import { changedFields, createdFields, deletedFields } from "../../domain/guild-audit";
import {
  authoriseGuildChannel,
  authoriseNewOverrides,
  authoriseNewType,
  noOverride,
} from "../../domain/guild-authority";
import { denialOf } from "../../domain/guild-mirror";
import { basePermissions, type PermissionOverride } from "../../domain/permission";
import { noPermissions } from "../../domain/permission-list";
import {
  type CategoryId,
  type ChangeGuildChannel,
  type ChannelId,
  type CreateGuildChannel,
  type GuildChannelType,
  limits,
} from "../../protocol";
import { newId } from "../../runtime/ids";
import { decideGuild, type GuildDecision, type GuildRequest, madeIf } from "./guild-decision";
import { membersNamed, overrideChangeOf, storedOverride } from "./guild-override-changes";
import { type GuildPlace, loadPlace } from "./guild-view";

/** The place after the last one of a list. */
const endOf = (rows: readonly { position: number }[]): number =>
  Math.max(-1, ...rows.map(({ position }) => position)) + 1;

export async function createCategory(
  db: Database,
  request: GuildRequest,
  { name, position }: { name: string; position?: number | undefined },
): Promise<{ id: CategoryId; name: string; position: number }> {
  return await decideGuild(db, request, async ({ authorise, change }) => {
    authorise({ kind: "create_channel" });
    const { categories } = await loadPlaces(db, request.guild);
    if (categories.length >= limits.guildCategories) throw new ChatError("too_many_categories");
    const category = { id: newId("k", request.now), name, position: position ?? endOf(categories) };
    const recorded = change({ kind: "category.created", target: category.id, changes: createdFields({ name }) });
    return (await stored.insertCategory(db, recorded, category)) ? category : null;
  });
}

export async function changeCategory(
  db: Database,
  request: GuildRequest,
  category: CategoryId,
  values: { name?: string | undefined; position?: number | undefined },
): Promise<void> {
  await decideGuild(db, request, async (decision) => {
    await authorisePlace(db, decision, { category });
    const { categories } = await loadPlaces(db, request.guild);
    const { name, position } = categories.find(({ id }) => id === category) ?? {};
    const changes = changedFields({ name, position }, values);
    const recorded = decision.change({ kind: "category.changed", target: category, changes });
    return madeIf(await stored.updateCategory(db, recorded, category, values));
  });
}

export async function deleteCategory(db: Database, request: GuildRequest, category: CategoryId): Promise<void> {
  await decideGuild(db, request, async (decision) => {
    await authorisePlace(db, decision, { category });
    const { categories } = await loadPlaces(db, request.guild);
    const changes = deletedFields({ name: categories.find(({ id }) => id === category)?.name });
    const recorded = decision.change({ kind: "category.deleted", target: category, changes });
    return madeIf(await stored.deleteCategory(db, recorded, category));
  });
}

/**
 * Creates a channel; a repeat with the same nonce returns the same one. Without overrides of its
 * own it gets those of its category. The creator of a private channel can see it.
 */
export async function createChannelFor(
  db: Database,
  request: GuildRequest,
  body: CreateGuildChannel,
): Promise<ChannelId> {
  const { guild, actor, now } = request;
  const identity = `${guild} ${actor} ${body.nonce}`;
  const people = membersNamed(body.overrides ?? []);
  const made = await decideGuild(db, { ...request, people }, async (decision) => {
    const { state, rules, me, authorise, change } = decision;
    authorise({ kind: "create_channel" });
    const repeated = await findChannelByIdentity(db, guild, identity);
    if (repeated !== null) return { channel: repeated };
    const { channels } = await loadPlaces(db, guild);
    if (channels.length >= limits.guildChannels) throw new ChatError("too_many_channels");
    if (body.category !== null) await authorisePlace(db, decision, { category: body.category });
    const own = (body.overrides ?? []).map((override) => overrideChangeOf(state, override));
    if (new Set(body.overrides?.map(({ target }) => target)).size < own.length)
      throw new ChatError("invalid", "overrides: must name each role and member once");
    authoriseNewOverrides(rules, me, own);
    authoriseNewType(rules, me, denialOf(body.type));
    const inherited =
      body.overrides || body.category === null ? [] : (await loadOverrides(db, guild, body.category)).map(overrideOf);
    const overrides = withCreator([...own.map(storedOverride), ...inherited], decision, body.type);
    if (overrides.length > limits.overridesPerChannel) throw new ChatError("too_many_overrides");
    const { name, topic, type, category } = body;
    const channel = newId("c", now);
    const position = body.position ?? endOf(channels);
    const proposal = { channel, name, topic, type, category, position, identity, overrides };
    const changes = createdFields({ name, topic: topic || null, type, category });
    const recorded = change({ kind: "channel.created", target: channel, changes });
    return (await stored.insertChannel(db, recorded, proposal)) ? { channel } : null;
  });
  return made.channel;
}

/** A type of channel is an override of everyone. */
const ofType = (type: GuildChannelType) => ({ ...noOverride, deny: denialOf(type) });

/** Adds the override by which the creator of a private channel can see it. */
function withCreator(
  overrides: PermissionOverride[],
  { rules, me }: GuildDecision,
  type: GuildChannelType,
): PermissionOverride[] {
  const isExempt = basePermissions(rules, me).has("administrator");
  if (type !== "private" || isExempt || overrides.some(({ id }) => id === me.user)) return overrides;
  return [...overrides, { of: "member", id: me.user, allow: denialOf(type), deny: noPermissions }];
}

/** Changes a channel of a guild, or its place. Throws `not_found`, `forbidden`. */
export async function changeChannelFor(
  db: Database,
  request: GuildRequest,
  channel: ChannelId,
  { name, topic, type, category, position, slowModeSeconds }: ChangeGuildChannel,
): Promise<void> {
  await decideGuild(db, request, async (decision) => {
    const { rules } = await authorisePlace(db, decision, { channel });
    const row = (await loadPlaces(db, request.guild)).channels.find((each) => each.channel === channel);
    if (!row) return null;
    if (type !== undefined && type !== row.type) {
      const [before, after] = [ofType(row.type), ofType(type)];
      authoriseGuildChannel(rules, decision.me, { kind: "override", subject: rules.everyone, before, after });
    }
    if (category && category !== row.category) await authorisePlace(db, decision, { category });
    const values = {
      ...(name !== undefined && { name }),
      ...(topic !== undefined && { topic }),
      ...(type !== undefined && { type }),
      ...(category !== undefined && { category }),
      ...(position !== undefined && { position }),
      ...(slowModeSeconds !== undefined && { slowModeSeconds }),
    };
    const before = {
      ...(await channelTexts(db, channel)),
      type: row.type,
      category: row.category,
      position: row.position,
      slowModeSeconds: row.slowModeSeconds,
    };
    const recorded = decision.change({
      ...{ kind: "channel.changed", target: channel },
      changes: changedFields(before, values),
    });
    return madeIf(await stored.updateChannel(db, recorded, channel, values));
  });
}

export async function deleteChannelFor(db: Database, request: GuildRequest, channel: ChannelId): Promise<void> {
  await decideGuild(db, request, async (decision) => {
    await authorisePlace(db, decision, { channel });
    const changes = deletedFields(await channelTexts(db, channel));
    const recorded = decision.change({ kind: "channel.deleted", target: channel, changes });
    return madeIf(await stored.deleteChannel(db, recorded, channel));
  });
}

/** Throws unless the member sees the place and may manage it. */
async function authorisePlace(db: Database, decision: GuildDecision, place: GuildPlace["place"]): Promise<GuildPlace> {
  const found = await loadPlace(db, decision, place);
  authoriseGuildChannel(found.rules, decision.me, { kind: "change_channel" });
  return found;
}
