// A list of permissions as a guild has them, for the tests of the resolver. The names that lie
// between the others place the last ones in the second word.
import { PermissionList } from "../../src/domain/permission-list";

const meaningful = ["view", "history", "send", "attach", "mention_all", "thread", "thread_pin", "react"] as const;
const padding = Array.from({ length: 22 }, (_, at) => `unused_${at}` as const);
/** Bits 30 to 32: the last of the first word, and the first two of the second one. */
const late = ["edge", "manage", "administrator"] as const;

export type GuildLikeName = (typeof meaningful)[number] | (typeof padding)[number] | (typeof late)[number];

export const guildLike = new PermissionList<GuildLikeName>({
  names: [...meaningful, ...padding, ...late],
  access: "view",
  administrator: "administrator",
  dependents: { send: ["attach", "mention_all", "thread"], thread: ["thread_pin"] },
  keptInTimeOut: ["view", "history"],
});
