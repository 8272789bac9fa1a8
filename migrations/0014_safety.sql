CREATE TABLE `blocks` (
	`blocker` text NOT NULL,
	`blocked` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`blocker`, `blocked`)
);
--> statement-breakpoint
CREATE INDEX `blocks_by_blocked` ON `blocks` (`blocked`);--> statement-breakpoint
CREATE TABLE `operator_actions` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`kind` text NOT NULL,
	`target` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `reports` (
	`id` text PRIMARY KEY NOT NULL,
	`reporter` text NOT NULL,
	`target` text NOT NULL,
	`guild` text NOT NULL,
	`user` text NOT NULL,
	`channel` text,
	`seq` integer,
	`category` text NOT NULL,
	`text` text NOT NULL,
	`snapshot` text,
	`created_at` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`outcome` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `reports_by_target` ON `reports` (`reporter`,`target`);--> statement-breakpoint
CREATE INDEX `reports_by_guild` ON `reports` (`guild`,`created_at`);--> statement-breakpoint
CREATE INDEX `reports_by_user` ON `reports` (`user`);--> statement-breakpoint
CREATE TABLE `suspensions` (
	`account` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`reason` text NOT NULL
);
