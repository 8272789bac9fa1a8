/**
 * The faults of the archive's database as channels see it. `failing` is the share of its batches
 * that fail, half of them after they were stored.
 */
export interface ArchiveFaults {
  failing: number;
  gone: "no" | "refuses" | "hangs";
}
