// The places of the channels and categories of a guild.
import { expect, test } from "vitest";
import { change, openGuild, openGuildChannel, viewGuild } from "../support/guild";
import { register } from "../support/http";

test("channels and categories have places without gaps, however often one of them moves", async () => {
  const alice = await register("alice");
  const guild = await openGuild(alice, []);
  await openGuildChannel(alice, guild.id, { name: "second" });
  const moved = await openGuildChannel(alice, guild.id, { name: "third" });
  await openGuildChannel(alice, guild.id, { name: "fourth" });
  for (const name of ["A", "B", "C"]) await change(alice, guild.id, "POST", "categories", { name });
  const categories = (await viewGuild(alice, guild.id)).categories.map(({ id }) => id);
  const [first = "", second = ""] = categories;
  for (const position of [0, 3, 1, 0, 4]) {
    await change(alice, guild.id, "PATCH", `channels/${moved}`, { position });
    await change(alice, guild.id, "PATCH", `categories/${first}`, { position: Math.min(position, 3) });
  }
  const view = await viewGuild(alice, guild.id);
  expect(view.channels.map(({ position }) => position)).toEqual([0, 1, 2, 3]);
  expect(view.channels.map(({ name }) => name).at(-1)).toBe("third");
  expect(view.categories.map(({ id, position }) => [id, position])).toEqual([
    [second, 0],
    [categories[2], 1],
    [first, 2],
  ]);
  await change(alice, guild.id, "DELETE", `categories/${second}`);
  await change(alice, guild.id, "POST", "categories", { name: "D" });
  expect((await viewGuild(alice, guild.id)).categories.map(({ position }) => position)).toEqual([0, 1, 2]);
});
