// A message is found two seconds after its event, every time, while other people send and search.
import { expect, vi } from "vitest";
import { search } from "../support/archive";
import { openGroup, register } from "../support/http";
import { say } from "../support/log";
import { longTest } from "../support/long-test";
import { attach, epochOf, join } from "../support/socket";
import { sayAll } from "./search-support";

const TRIES = 1_000;
/** The tries that wait for their search at the same time. */
const LANES = 25;
const FOUND_AFTER_MS = 2_000;

vi.setConfig({ testTimeout: 900_000 });

longTest("[S183] 1,000 of 1,000 messages are found two seconds after their event, under load", async () => {
  const [alice, bob, carol] = [await register("alice"), await register("bob"), await register("carol")];
  const channels: string[] = [];
  for (let i = 0; i < 40; i++) channels.push(await openGroup(alice, [bob, carol]));
  // Bob has a device that shows no channel, and carol has none.
  const phone = await attach(bob);
  let isLoaded = true;
  const load = (async () => {
    for (let round = 0; isLoaded; round++) {
      const channel = channels[round % channels.length] ?? "";
      await sayAll(carol, channel, ["planning and walnut", "a second line", "회의는 목요일"]);
      await search(carol, "walnut planning");
    }
    return true;
  })();
  const missed: string[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let turn = next++; turn < TRIES; turn = next++) {
      const channel = channels[turn % channels.length] ?? "";
      const device = await join(alice, channel);
      const word = `token${turn}x`;
      const seq = await say(device, await epochOf(device), `here is ${word}`);
      await new Promise((resolve) => setTimeout(resolve, FOUND_AFTER_MS));
      const searcher = [alice, bob, carol][turn % 3] ?? alice;
      const page = await search(searcher, word, turn % 2 === 0 ? {} : { order: "relevance" });
      const isFound = page.items.length === 1 && page.items[0]?.channel === channel && page.items[0]?.seq === seq;
      if (!isFound || page.incomplete) missed.push(`${word} by ${searcher.handle}: ${JSON.stringify(page)}`);
      device.close();
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  isLoaded = false;
  expect(await load).toBe(true);
  expect(missed).toEqual([]);
  phone.close();
});
