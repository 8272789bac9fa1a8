CREATE TABLE `file_references` (
	`file` text NOT NULL,
	`ticket` text NOT NULL,
	`channel` text NOT NULL,
	`state` integer NOT NULL,
	`until` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`file`, `ticket`)
);
--> statement-breakpoint
CREATE TABLE `file_usage` (
	`owner` text PRIMARY KEY NOT NULL,
	`bytes` integer NOT NULL,
	`day` integer NOT NULL,
	`day_bytes` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `files` (
	`file` text PRIMARY KEY NOT NULL,
	`upload` text NOT NULL,
	`account` text NOT NULL,
	`channel` text NOT NULL,
	`name` text NOT NULL,
	`type` text NOT NULL,
	`size` integer NOT NULL,
	`multipart` text,
	`parts` text DEFAULT '{}' NOT NULL,
	`variants` text DEFAULT '{}' NOT NULL,
	`facts` text,
	`ticket` text,
	`created_at` integer NOT NULL,
	`due_at` integer,
	`is_doomed` integer DEFAULT false NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `files_by_upload` ON `files` (`upload`);--> statement-breakpoint
CREATE INDEX `files_by_due_time` ON `files` (`due_at`) WHERE due_at IS NOT NULL;--> statement-breakpoint
CREATE INDEX `files_by_account` ON `files` (`account`) WHERE due_at IS NOT NULL;--> statement-breakpoint
-- Who may send may also send files (bit 19) and take part in calls (bits 20 to 23).
UPDATE `guild_roles` SET `low` = `low` | 16252928 WHERE (`low` & 4) <> 0;--> statement-breakpoint
UPDATE `guilds` SET `revision` = `revision` + 1;--> statement-breakpoint
INSERT INTO `guild_outbox` (`guild`, `revision`, `mirrored`, `next_at`, `subject`) SELECT `id`, `revision`, 1, 0, '' FROM `guilds`;
