// What a new guild begins with, by its template.
import type { GuildChannelType, GuildPermission, GuildTemplate } from "../protocol";

export interface TemplateRole {
  name: string;
  color: number;
  permissions: readonly GuildPermission[];
}

export interface TemplateChannel {
  name: string;
  type: GuildChannelType;
  /** The place of its category in the list; null for none. */
  category: number | null;
  /** The names of the roles that a private channel shows itself to, or that may announce. */
  roles?: readonly string[];
}

export interface GuildPlan {
  categories: readonly string[];
  channels: readonly TemplateChannel[];
  /** The lowest first, without that of everyone. */
  roles: readonly TemplateRole[];
}

/** What everyone may do in a new guild. */
export const everyoneBegins: readonly GuildPermission[] = [
  ...(["view", "history", "send", "thread", "react", "pin", "edit_own", "delete_own", "invite"] as const),
  "attach",
];

const moderator: readonly GuildPermission[] = [
  "delete_any",
  "mention_all",
  "kick",
  "ban",
  "moderate_members",
  "view_audit_log",
];

const text = (name: string, category: number | null = null): TemplateChannel => ({ name, type: "text", category });

/** The first channel is the welcome channel. */
export const guildTemplates: Readonly<Record<GuildTemplate, GuildPlan>> = {
  blank: { categories: [], channels: [text("general")], roles: [] },
  team: {
    categories: ["Work"],
    channels: [
      text("general"),
      { name: "announcements", type: "announcement", category: null, roles: ["Lead"] },
      text("projects", 0),
      text("help", 0),
      { name: "leads", type: "private", category: 0, roles: ["Lead"] },
    ],
    roles: [{ name: "Lead", color: 0x2f_9e_44, permissions: [...moderator, "manage_channels"] }],
  },
  class: {
    categories: ["Lessons"],
    channels: [
      text("general"),
      { name: "announcements", type: "announcement", category: null, roles: ["Teacher"] },
      text("questions", 0),
      text("homework", 0),
      { name: "teachers", type: "private", category: null, roles: ["Teacher"] },
    ],
    roles: [{ name: "Teacher", color: 0x19_71_c2, permissions: [...moderator, "manage_channels", "manage_guild"] }],
  },
  community: {
    categories: ["Information", "Talk"],
    channels: [
      text("welcome", 0),
      { name: "announcements", type: "announcement", category: 0, roles: ["Moderator"] },
      text("general", 1),
      text("off-topic", 1),
      { name: "moderators", type: "private", category: null, roles: ["Moderator"] },
    ],
    roles: [{ name: "Moderator", color: 0xe0_31_31, permissions: moderator }],
  },
};
