// The operator's commands for the archive of a channel.
import type { ArchiveReport } from "../../../src/protocol";
import { demand } from "./registered-user.ts";

/** The counts of all pages of a comparison. */
export type ArchiveComparison = Omit<ArchiveReport, "next">;

/** Sends a command with the operator's token. Throws for an answer of an error. */
export const archiveCommand = (port: number, token: string, channel: string, body: object): Promise<ArchiveReport> =>
  demand(port, token, "POST", `/v1/operator/channels/${channel}/archive`, body);

/** Compares the whole archive of a channel with its log. */
export async function compareArchive(port: number, token: string, channel: string): Promise<ArchiveComparison> {
  const sum = { head: 0, archived: 0, same: 0, different: 0, foreign: 0 };
  for (let after: number | null = 0; after !== null; ) {
    const page = await archiveCommand(port, token, channel, { do: "compare", after });
    sum.head = page.head;
    sum.archived = page.archived;
    for (const count of ["same", "different", "foreign"] as const) sum[count] += page[count];
    after = page.next;
  }
  return sum;
}
