// The members who can see a channel of a guild, by role.
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { useWords } from "../app/use-text";
import { Section } from "../controls/section";
import { GuildMembers } from "./guild-members";
import { useGuild } from "./use-guild";
import "./guild.css";

export function ChannelMembers({ entry, guild, me }: { entry: InboxEntry; guild: string; me: Me }) {
  const { members: words } = useWords(guildRolesText);
  const { handle, view } = useGuild(guild);
  if (view === null) return null;
  return (
    <Section title={words.count(entry.members.length)}>
      <GuildMembers handle={handle} view={view} me={me} only={entry.members.map(({ id }) => id)} />
    </Section>
  );
}
