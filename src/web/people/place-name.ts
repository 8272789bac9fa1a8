// The name of a channel where its guild is not in sight: in hits, alerts and the title of the page.
import type { InboxEntry } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { isolated } from "../../text/person-name";
import { client } from "../app/client";
import { faceOf } from "./channel-face";

export function placeName(entry: InboxEntry, me: string, text: Dictionary): string {
  const { name } = faceOf(entry, me, text);
  const guild = client.guilds.all.get()?.find(({ id }) => id === entry.guild);
  return guild ? `${isolated(name)} · ${isolated(guild.name)}` : name;
}
