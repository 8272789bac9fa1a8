CREATE TABLE `accounts` (
	`id` text PRIMARY KEY NOT NULL,
	`handle` text NOT NULL,
	`name` text NOT NULL,
	`password_hash` text NOT NULL,
	`tokens_from` integer DEFAULT 0 NOT NULL,
	`receipts` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_handle_unique` ON `accounts` (`handle`);--> statement-breakpoint
CREATE TABLE `channels` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`identity` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`topic` text DEFAULT '' NOT NULL,
	`history` text DEFAULT 'all' NOT NULL,
	`revision` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `channels_identity_unique` ON `channels` (`identity`);--> statement-breakpoint
CREATE TABLE `memberships` (
	`channel` text NOT NULL,
	`user` text NOT NULL,
	`role` text NOT NULL,
	`joined_at` integer NOT NULL,
	PRIMARY KEY(`channel`, `user`)
);
--> statement-breakpoint
CREATE INDEX `memberships_by_user` ON `memberships` (`user`,`channel`);--> statement-breakpoint
CREATE TABLE `rate_limits` (
	`key` text PRIMARY KEY NOT NULL,
	`full_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `roster_outbox` (
	`object` text NOT NULL,
	`revision` integer NOT NULL,
	`session` text DEFAULT '' NOT NULL,
	`actor` text DEFAULT '' NOT NULL,
	`subject` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`object`, `revision`, `session`)
);
--> statement-breakpoint
CREATE TABLE `sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`account` text NOT NULL,
	`token_hash` text NOT NULL,
	`agent` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`expires_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `sessions_token_hash_unique` ON `sessions` (`token_hash`);--> statement-breakpoint
CREATE INDEX `sessions_by_account` ON `sessions` (`account`);