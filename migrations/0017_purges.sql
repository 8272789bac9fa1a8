ALTER TABLE `guild_audit` ADD `purged_messages` integer;--> statement-breakpoint
ALTER TABLE `guild_audit` ADD `purged_channels` integer;--> statement-breakpoint
ALTER TABLE `guild_purges` ADD `id` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `guild_purges` ADD `revision` integer DEFAULT 0 NOT NULL;