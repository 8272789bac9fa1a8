// What each kind of channel declares, and that rules ask the declaration and not for a kind by
// name.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { type ChannelKind, type ChannelKindRules, channelKind, channelKinds } from "../../src/protocol";
import { defaultNotifyLevel } from "../../src/protocol/settings";
import { partsOf } from "../support/source";

describe("the kinds of channel", () => {
  test.each<[ChannelKind, ChannelKindRules]>([
    [
      "direct",
      {
        roster: "pair",
        hasNotices: false,
        history: "all",
        receipts: "state",
        fanOut: "every_member",
        notifications: { level: "all", atOnce: "every_message" },
        permissionSet: "pair",
      },
    ],
    [
      "group",
      {
        roster: "managed",
        hasNotices: true,
        history: "all",
        receipts: "readers",
        fanOut: "every_member",
        notifications: { level: "all", atOnce: "mentions" },
        permissionSet: "group",
      },
    ],
    [
      "guild",
      {
        roster: "by_view",
        hasNotices: true,
        history: "all",
        receipts: "readers",
        fanOut: "every_member",
        notifications: { level: "all", atOnce: "mentions" },
        permissionSet: "roles",
      },
    ],
  ])("%s declares its rules", (kind, rules) => {
    expect(channelKinds[kind]).toEqual(rules);
  });

  test("are those of the wire", () => {
    expect(Object.keys(channelKinds).sort()).toEqual([...channelKind.options].sort());
  });

  // The rows of chosen levels are the same for all kinds, and a row for a mute alone has the
  // default.
  test("have the default notify level that the stores know", () => {
    for (const { notifications } of Object.values(channelKinds)) expect(notifications.level).toBe(defaultNotifyLevel);
  });
});

describe("a kind by name", () => {
  const root = path.join(import.meta.dirname, "../../src");
  const body = "tells the two request bodies of the wire apart";
  const words = "chooses words, not a rule";
  const target = "is a kind of invite, which is no kind of channel";
  const face = "is the web's face of a channel, which is a person, notes or a group";
  /** Where the name of a kind stands in code: how often, and why it is no rule of a kind. */
  const named: Record<string, { count: number; why: string }> = {
    "channel/inbox/head-reporter.ts": { count: 1, why: "the name of a field" },
    "directory/channels.ts": { count: 1, why: "proposes the direct channel of a pair" },
    "directory/deleted-groups.ts": { count: 2, why: "finds invites, and channels of guilds" },
    "directory/erasures.ts": { count: 1, why: "an export says of a channel whether a guild has it" },
    "directory/guild-channels.ts": { count: 1, why: "creates a channel of a guild" },
    "directory/guild-invites.ts": { count: 2, why: target },
    "directory/guilds.ts": { count: 2, why: "creates the channels of a guild, and deletes its invites" },
    "directory/invite-rule.ts": { count: 1, why: target },
    "directory/invites.ts": { count: 4, why: target },
    "domain/member-permission.ts": { count: 1, why: "the conditions in SQL are those of groups" },
    "gateway/operations/account-export.ts": { count: 1, why: "what an export says of a channel" },
    "gateway/operations/group-changes.ts": { count: 2, why: body },
    "gateway/operations/guild-invites.ts": { count: 1, why: target },
    "gateway/operations/invites.ts": { count: 7, why: target },
    "gateway/routes/channels.ts": { count: 1, why: body },
    "gateway/routes/invites.ts": { count: 3, why: target },
    "gateway/routes/sockets.ts": { count: 1, why: "the name of a parameter of a path" },
    "index.ts": { count: 1, why: "the name of a class of objects in log lines" },
    "protocol/channel-kind.ts": { count: 2, why: "the names of permission sets" },
    "protocol/invites.ts": { count: 2, why: target },
    "protocol/reserved-words.ts": { count: 1, why: "a word that is no handle" },
    "protocol/rest.ts": { count: 2, why: body },
    "protocol/roles.ts": { count: 3, why: "the names on the wire" },
    "sdk/account/groups.ts": { count: 2, why: body },
    "sdk/inbox/inbox.ts": { count: 1, why: "makes the record of a channel from its guild" },
    "text/notification-composer.ts": { count: 2, why: words },
    "web/chat/channel-context.ts": { count: 1, why: "the kind until the inbox has the channel" },
    "web/chat/chat.tsx": { count: 1, why: face },
    "web/invites/invite-target.tsx": { count: 1, why: words },
    "web/people/channel-face.ts": { count: 2, why: face },
    "web/people/face.tsx": { count: 1, why: face },
    "web/people/preview-line.ts": { count: 1, why: face },
    "web/requests/request-card.tsx": { count: 1, why: words },
    "web/sidebar/new-chat.tsx": { count: 3, why: "the tabs of a dialog" },
  };

  const names = new RegExp(`["'](?:${channelKind.options.join("|")})["']`, "g");
  /** The word `guild` also names a column and a field. */
  const fields = /text\("guild"\)|Omit<[^>]*>|"guild" in/g;
  const namesIn = (source: string): number => {
    const { comments } = partsOf(source);
    const code = comments.reduce((rest, { text }) => rest.replace(text, ""), source);
    return code.replace(fields, "").match(names)?.length ?? 0;
  };

  test("is found in code and in SQL, and not in comments", () => {
    const source = `// kind === "direct"
      if (kind === "direct" || kind !== 'group') run(sql\`kind = 'group'\`);`;
    expect(namesIn(source)).toBe(3);
  });

  test("stands only where it is no rule of a kind", () => {
    const files = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => /\.tsx?$/.test(file));
    const found = files.flatMap((file): [string, number][] => {
      const count = namesIn(readFileSync(path.join(root, file), "utf8"));
      return count === 0 ? [] : [[file, count]];
    });
    const listed = Object.entries(named).map(([file, { count }]): [string, number] => [file, count]);
    expect(found.sort()).toEqual(listed.sort());
  });
});
