CREATE TABLE `dead_letters` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`channel` text,
	`attempts` integer NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `dead_letters_by_time` ON `dead_letters` (`at`);--> statement-breakpoint
CREATE TABLE `notify_channels` (
	`user` text NOT NULL,
	`channel` text NOT NULL,
	`level` text DEFAULT 'all' NOT NULL,
	`muted_until` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user`, `channel`)
);
--> statement-breakpoint
CREATE TABLE `push_subscriptions` (
	`id` text PRIMARY KEY NOT NULL,
	`user` text NOT NULL,
	`session` text NOT NULL,
	`address` text NOT NULL,
	`target` text NOT NULL,
	`name` text NOT NULL,
	`origin` text NOT NULL,
	`created_at` integer NOT NULL,
	`failing` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `push_subscriptions_address_unique` ON `push_subscriptions` (`address`);--> statement-breakpoint
CREATE INDEX `push_subscriptions_by_user` ON `push_subscriptions` (`user`);--> statement-breakpoint
CREATE INDEX `push_subscriptions_by_session` ON `push_subscriptions` (`session`);--> statement-breakpoint
ALTER TABLE `accounts` ADD `previews` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `accounts` ADD `quiet` text;