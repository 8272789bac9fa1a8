/** What the archive's database is like to the channels: `failing` is the share of its batches that fail, half of them after they were stored. */
export interface ArchiveFaults {
  failing: number;
  gone: "no" | "refuses" | "hangs";
}
