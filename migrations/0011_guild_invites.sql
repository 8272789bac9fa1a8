CREATE TABLE `guild_removals` (
	`guild` text NOT NULL,
	`user` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`guild`, `user`)
);
--> statement-breakpoint
CREATE INDEX `guild_removals_by_user` ON `guild_removals` (`user`);--> statement-breakpoint
ALTER TABLE `invites` ADD `channel` text;--> statement-breakpoint
ALTER TABLE `invites` ADD `roles` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `guilds` ADD `region` text;