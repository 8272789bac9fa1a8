// A purge by a moderator, as programs with the SDK see it over real sockets.
import { beforeAll, expect, test } from "vitest";
import type { ChannelHandle } from "../../src/sdk";
import type { Server } from "../simulation/kit/dev-server";
import { arrive, idOf } from "./people";
import { sharedServer } from "./server";

let server: Server;
beforeAll(async () => {
  server = await sharedServer();
});

const find = (channel: ChannelHandle, text: string) =>
  channel.view.get().messages.find((message) => message.text === text);
const seqOf = async (channel: ChannelHandle, text: string): Promise<number> => {
  await expect.poll(() => find(channel, text)?.seq ?? null).not.toBeNull();
  return find(channel, text)?.seq ?? 0;
};

test("[S267] what a moderator purges disappears from every open client", async () => {
  const [alice, bob, carol] = [
    await arrive(server.url, "alice"),
    await arrive(server.url, "bob"),
    await arrive(server.url, "carol"),
  ];
  const team = alice.guilds.of(await alice.guilds.create({ name: "Team" }));
  await team.open();
  for (const member of [bob, carol]) await team.addMember(idOf(member));
  const id = team.view.get()?.channels[0]?.id ?? "";
  const [a, b, c] = [alice.channel(id), bob.channel(id), carol.channel(id)];
  await Promise.all([a, b, c].map((channel) => channel.open()));
  b.send("cheap watches");
  const seq = await seqOf(c, "cheap watches");
  c.send("no, thank you", { replyTo: seq });
  for (const channel of [a, b]) await seqOf(channel, "no, thank you");
  expect(await team.moderation.purge(idOf(bob), { hours: 1 })).toEqual({ messages: 1, channels: 1, left: 0 });
  for (const channel of [a, b, c]) {
    await expect.poll(() => find(channel, "cheap watches")).toBeUndefined();
    await expect.poll(() => find(channel, "no, thank you")?.reply?.preview ?? null).toBeNull();
  }
  const entry = () => carol.guildChannels.get()?.find((one) => one.id === id)?.row;
  await expect.poll(() => entry()?.preview?.text).toBe("no, thank you");
  b.send("sorry");
  for (const channel of [a, b, c]) await seqOf(channel, "sorry");
});
