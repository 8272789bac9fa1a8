// The people who were asked into channels and are no members, as the members see them. A declined
// request looks like an unanswered one. The other person of a direct channel is shown even after
// the request has ended, because the channel has no other name.
import { sql } from "drizzle-orm";
import { usersOfDirectKey } from "../domain/direct";
import { type ChannelId, type ChannelKind, channelKinds, type Profile } from "../protocol";
import type { Database } from "./database";
import { accounts, memberships, requests } from "./schema";

/** The fields of a channel that are needed. `identity` names the pair of a direct channel. */
interface ListedChannel {
  id: ChannelId;
  kind: ChannelKind;
  identity: string;
}

/** Returns the pending people of these channels by channel, without channels that have none. */
export async function pendingOf(db: Database, listed: readonly ListedChannel[]): Promise<Map<ChannelId, Profile[]>> {
  if (listed.length === 0) return new Map();
  const pairs = listed
    .filter(({ kind }) => channelKinds[kind].roster === "pair")
    .flatMap(({ id, identity }) => usersOfDirectKey(identity).map((user) => ({ channel: id, user })));
  const groups = listed.filter(({ kind }) => channelKinds[kind].roster === "managed").map(({ id }) => id);
  const rows = await db.all<{ channel: string } & Profile & { erasedAt: number | null }>(
    sql`SELECT p.channel, a.id, a.handle, a.name, a.erased_at AS "erasedAt"
        FROM (SELECT value ->> 'channel' AS channel, value ->> 'user' AS user, 0 AS created_at
                FROM json_each(${JSON.stringify(pairs)})
              UNION ALL
              SELECT r.channel, r.user, r.created_at FROM json_each(${JSON.stringify(groups)}) g
                JOIN ${requests} r ON r.channel = g.value) p
        JOIN ${accounts} a ON a.id = p.user
        WHERE NOT EXISTS (SELECT 1 FROM ${memberships} m WHERE m.channel = p.channel AND m.user = p.user)
        ORDER BY p.created_at, p.user`,
  );
  const pending = new Map<ChannelId, Profile[]>();
  for (const { channel, id, handle, name, erasedAt } of rows) {
    const profile = { id, handle: erasedAt === null ? handle : "", name };
    pending.set(channel, [...(pending.get(channel) ?? []), profile]);
  }
  return pending;
}
