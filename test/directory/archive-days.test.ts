// The days of a search in the archive, by the name of a time zone.
import { expect, test } from "vitest";
import { findNewest } from "../../src/directory/archive/search";
import { partsOfText } from "../../src/domain/message";
import { parseSearch } from "../../src/domain/search-query";
import { noMentions } from "../../src/protocol";
import { newId } from "../../src/runtime/ids";
import { ownArchive } from "../support/archive";

test("[S162] a message is of the day that the page shows, whatever the season of the search", async () => {
  const archive = ownArchive();
  const channel = newId("c", Date.now());
  const at = Date.parse("2026-07-15T22:30:00Z");
  const body = { state: "live", ...partsOfText("sommer"), mentions: noMentions, version: 1, changedAt: at } as const;
  const common = { actor: "u_alice", nonce: "n", target: null, thread: null, replyTo: null, detail: null };
  await archive.put(archive.choose(channel), channel, [{ seq: 1, type: "message.sent", at, ...common, body }]);
  const isFound = async (q: string, zone: string | number): Promise<boolean> => {
    const query = {
      ...parseSearch(q, zone),
      ...{ channels: [{ id: channel, since: 0 }], authors: [], withoutAuthors: [], has: [] },
    };
    return (await findNewest(archive, query, null, 10)).hits.length === 1;
  };
  // In Berlin it is the 16th, half an hour after midnight.
  expect(await isFound("sommer after:2026-07-15", "Europe/Berlin")).toBe(true);
  expect(await isFound("sommer before:2026-07-17", "Europe/Berlin")).toBe(true);
  expect(await isFound("sommer before:2026-07-16", "Europe/Berlin")).toBe(false);
  expect(await isFound("sommer after:2026-07-16", "Europe/Berlin")).toBe(false);
  // In London it is the 15th. The offset of Berlin in winter gives the wrong day.
  expect(await isFound("sommer before:2026-07-16", "Europe/London")).toBe(true);
  expect(await isFound("sommer before:2026-07-16", 60)).toBe(true);
});
