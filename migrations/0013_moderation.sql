CREATE TABLE `guild_audit` (
	`guild` text NOT NULL,
	`revision` integer NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`kind` text NOT NULL,
	`target` text,
	`reason` text NOT NULL,
	`changes` text NOT NULL,
	PRIMARY KEY(`guild`, `revision`)
);
--> statement-breakpoint
CREATE INDEX `guild_audit_by_actor` ON `guild_audit` (`actor`,`guild`,`revision`);--> statement-breakpoint
CREATE INDEX `guild_audit_by_time` ON `guild_audit` (`at`);--> statement-breakpoint
CREATE TABLE `guild_bans` (
	`guild` text NOT NULL,
	`user` text NOT NULL,
	`banned_by` text NOT NULL,
	`reason` text NOT NULL,
	`created_at` integer NOT NULL,
	`until` integer,
	PRIMARY KEY(`guild`, `user`)
);
--> statement-breakpoint
CREATE INDEX `guild_bans_by_user` ON `guild_bans` (`user`);--> statement-breakpoint
CREATE INDEX `guild_bans_by_time` ON `guild_bans` (`guild`,`created_at`);--> statement-breakpoint
CREATE INDEX `guild_bans_by_end` ON `guild_bans` (`until`);--> statement-breakpoint
CREATE TABLE `guild_purges` (
	`guild` text NOT NULL,
	`channel` text NOT NULL,
	`author` text NOT NULL,
	`actor` text NOT NULL,
	`since` integer NOT NULL,
	`after` integer NOT NULL,
	`through` integer NOT NULL,
	`next_at` integer NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`channel`, `author`)
);
--> statement-breakpoint
CREATE INDEX `guild_purges_by_time` ON `guild_purges` (`next_at`);--> statement-breakpoint
CREATE TABLE `guild_time_outs` (
	`guild` text NOT NULL,
	`user` text NOT NULL,
	`until` integer NOT NULL,
	PRIMARY KEY(`guild`, `user`)
);
--> statement-breakpoint
CREATE INDEX `guild_time_outs_by_user` ON `guild_time_outs` (`user`);--> statement-breakpoint
CREATE INDEX `guild_time_outs_by_end` ON `guild_time_outs` (`until`);--> statement-breakpoint
ALTER TABLE `guild_channels` ADD `slow_mode_seconds` integer DEFAULT 0 NOT NULL;