CREATE TABLE `backfills` (
	`name` text PRIMARY KEY NOT NULL,
	`after` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `declined_strangers` (
	`user` text NOT NULL,
	`stranger` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`user`, `stranger`)
);
--> statement-breakpoint
CREATE TABLE `ended_sessions` (
	`account` text NOT NULL,
	`object` text NOT NULL,
	`tokens_from` integer NOT NULL,
	`next_at` integer NOT NULL,
	`failures` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`account`, `object`)
);
--> statement-breakpoint
CREATE INDEX `ended_sessions_by_time` ON `ended_sessions` (`next_at`);--> statement-breakpoint
CREATE TABLE `requests` (
	`user` text NOT NULL,
	`channel` text NOT NULL,
	`stranger` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`user`, `channel`)
);
--> statement-breakpoint
CREATE INDEX `requests_by_channel` ON `requests` (`channel`);--> statement-breakpoint
CREATE INDEX `requests_by_stranger` ON `requests` (`stranger`);--> statement-breakpoint
ALTER TABLE `accounts` ADD `open_to` text;--> statement-breakpoint
ALTER TABLE `erasures` ADD `next_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `erasures` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `erasures_by_time` ON `erasures` (`next_at`);--> statement-breakpoint
ALTER TABLE `roster_outbox` ADD `next_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `roster_outbox` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `roster_outbox_by_time` ON `roster_outbox` (`next_at`);