CREATE INDEX `notify_channels_by_channel` ON `notify_channels` (`channel`);--> statement-breakpoint
CREATE INDEX `former_memberships_by_channel` ON `former_memberships` (`channel`);