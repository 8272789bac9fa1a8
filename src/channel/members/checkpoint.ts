import type { Usage } from "../../protocol";

/**
 * What a channel saves of itself beside its log. A lost rise of `archived` means that entries are
 * archived again.
 */
export class Checkpoint {
  constructor(
    /** The archive holds the log up to this entry. Below 0 it has to be emptied first. */
    public archived: number,
    /** What the channel had counted when the row was last saved; null where it never was. */
    readonly usageBefore: Usage | null,
  ) {}
}
