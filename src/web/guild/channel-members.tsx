// The members who can see a channel of a guild, by role.
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { guildsText } from "../../text/guilds";
import { useWords } from "../app/use-text";
import { Section } from "../controls/section";
import { InviteButton } from "../invites/invite-button";
import { GuildInvitesDialog } from "./guild-dialogs";
import { GuildMembers } from "./guild-members";
import { useGuild, useGuildInvitesOffered } from "./use-guild";
import "./guild.css";

export function ChannelMembers({ entry, guild, me }: { entry: InboxEntry; guild: string; me: Me }) {
  const { members: words } = useWords(guildRolesText);
  const { tree } = useWords(guildsText);
  const { handle, view } = useGuild(guild);
  const offersInvites = useGuildInvitesOffered();
  if (view === null) return null;
  const mayInvite = view.permissions.includes("invite") && view.deleteAt === null;
  return (
    <Section title={words.count(entry.members.length)}>
      {mayInvite && offersInvites && (
        <InviteButton
          label={tree.invite}
          dialog={(onClose) => <GuildInvitesDialog handle={handle} view={view} channel={entry.id} onClose={onClose} />}
        />
      )}
      <GuildMembers handle={handle} view={view} me={me} only={entry.members.map(({ id }) => id)} />
    </Section>
  );
}
