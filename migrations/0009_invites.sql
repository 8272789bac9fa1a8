CREATE TABLE `invites` (
	`code` text PRIMARY KEY NOT NULL,
	`target_kind` text NOT NULL,
	`target` text NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`max_uses` integer,
	`uses` integer DEFAULT 0 NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE INDEX `invites_by_target` ON `invites` (`target_kind`,`target`);--> statement-breakpoint
CREATE INDEX `invites_by_creator` ON `invites` (`created_by`);--> statement-breakpoint
ALTER TABLE `former_memberships` ADD `removed_at` integer;