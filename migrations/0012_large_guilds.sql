ALTER TABLE `guild_channels` ADD `large` integer DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE `guild_outbox` ADD `subject` text;--> statement-breakpoint
ALTER TABLE `guild_outbox` ADD `joined` integer DEFAULT false NOT NULL;