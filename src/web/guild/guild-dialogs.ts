// The dialogs of a guild, which are loaded when one is first opened.
import { lazyPart } from "../app/lazy-part";

export const AccessDialog = lazyPart(() => import("./access-dialog").then((module) => module.AccessDialog));
export const CategoryForm = lazyPart(() => import("./category-form").then((module) => module.CategoryForm));
export const ChannelForm = lazyPart(() => import("./channel-form").then((module) => module.ChannelForm));
export const GuildInvitesDialog = lazyPart(() => import("./guild-invites").then((module) => module.GuildInvitesDialog));
export const GuildSettings = lazyPart(() => import("./guild-settings").then((module) => module.GuildSettings));
