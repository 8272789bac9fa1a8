CREATE TABLE `erasures` (
	`account` text NOT NULL,
	`channel` text NOT NULL,
	`after` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`account`, `channel`)
);
--> statement-breakpoint
CREATE TABLE `former_memberships` (
	`user` text NOT NULL,
	`channel` text NOT NULL,
	PRIMARY KEY(`user`, `channel`)
);
--> statement-breakpoint
CREATE TABLE `reserved_handles` (
	`handle` text PRIMARY KEY NOT NULL,
	`until` integer NOT NULL
);
--> statement-breakpoint
ALTER TABLE `accounts` ADD `erased_at` integer;--> statement-breakpoint
CREATE VIRTUAL TABLE archive USING fts5(
	channel UNINDEXED,
	seq UNINDEXED,
	version UNINDEXED,
	at UNINDEXED,
	tags,
	starts,
	terms,
	entry UNINDEXED,
	tokenize = "ascii tokenchars '_.'"
);
--> statement-breakpoint
INSERT INTO archive (archive, rank) VALUES ('secure-delete', 1);
--> statement-breakpoint
INSERT INTO archive (archive, rank) VALUES ('rank', 'bm25(0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 1.0)');
