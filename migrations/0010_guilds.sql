CREATE TABLE `guild_categories` (
	`guild` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`position` integer NOT NULL,
	PRIMARY KEY(`guild`, `id`)
);
--> statement-breakpoint
CREATE TABLE `guild_channels` (
	`channel` text PRIMARY KEY NOT NULL,
	`guild` text NOT NULL,
	`category` text,
	`position` integer NOT NULL,
	`type` text NOT NULL,
	`confirmed` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE INDEX `guild_channels_by_guild` ON `guild_channels` (`guild`,`position`);--> statement-breakpoint
CREATE TABLE `guild_member_roles` (
	`guild` text NOT NULL,
	`user` text NOT NULL,
	`role` text NOT NULL,
	PRIMARY KEY(`guild`, `user`, `role`)
);
--> statement-breakpoint
CREATE TABLE `guild_members` (
	`guild` text NOT NULL,
	`user` text NOT NULL,
	`joined_at` integer NOT NULL,
	`joined_in` integer NOT NULL,
	`added_by` text NOT NULL,
	PRIMARY KEY(`guild`, `user`)
);
--> statement-breakpoint
CREATE INDEX `guild_members_by_user` ON `guild_members` (`user`,`guild`);--> statement-breakpoint
CREATE TABLE `guild_outbox` (
	`guild` text NOT NULL,
	`revision` integer NOT NULL,
	`mirrored` integer NOT NULL,
	`next_at` integer NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`guild`, `revision`)
);
--> statement-breakpoint
CREATE INDEX `guild_outbox_by_time` ON `guild_outbox` (`next_at`);--> statement-breakpoint
CREATE TABLE `guild_overrides` (
	`guild` text NOT NULL,
	`place` text NOT NULL,
	`target` text NOT NULL,
	`of` text NOT NULL,
	`allow_low` integer NOT NULL,
	`allow_high` integer NOT NULL,
	`deny_low` integer NOT NULL,
	`deny_high` integer NOT NULL,
	PRIMARY KEY(`guild`, `place`, `target`)
);
--> statement-breakpoint
CREATE TABLE `guild_roles` (
	`guild` text NOT NULL,
	`id` text NOT NULL,
	`name` text NOT NULL,
	`color` integer,
	`position` integer NOT NULL,
	`low` integer NOT NULL,
	`high` integer NOT NULL,
	`mentionable` integer NOT NULL,
	`grouped` integer NOT NULL,
	PRIMARY KEY(`guild`, `id`)
);
--> statement-breakpoint
CREATE TABLE `guilds` (
	`id` text PRIMARY KEY NOT NULL,
	`identity` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`color` integer NOT NULL,
	`owner` text NOT NULL,
	`welcome_channel` text,
	`revision` integer NOT NULL,
	`delete_at` integer,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `guilds_identity_unique` ON `guilds` (`identity`);--> statement-breakpoint
CREATE INDEX `guilds_by_deletion` ON `guilds` (`delete_at`);