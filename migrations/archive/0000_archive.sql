CREATE VIRTUAL TABLE IF NOT EXISTS archive USING fts5(
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
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS budgets (
	day integer NOT NULL,
	account text NOT NULL,
	channel text NOT NULL,
	bytes integer NOT NULL,
	PRIMARY KEY (day, account, channel)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE IF NOT EXISTS large_channels (
	channel text PRIMARY KEY NOT NULL,
	bytes integer NOT NULL,
	at integer NOT NULL
) WITHOUT ROWID;
