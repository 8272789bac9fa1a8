// The marks of a message: one parser for the objects, the SDK, the page and notifications.
export {
  type CountedMentions,
  countMentions,
  type FoundMention,
  findMentions,
  type MentionedRole,
  mentionsBetween,
  mentionsIn,
  type NamedRoles,
  namedRoles,
  noMentions,
  type UsersByHandle,
} from "./mentions";
export { parse } from "./parse";
export { previewOf, previewSource, shownLine, shownText, signOf } from "./plain";
export type { Block, Inline, ListItem, TextNode } from "./tree";
