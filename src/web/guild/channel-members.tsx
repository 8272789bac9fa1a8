// The members who can see a channel of a guild, by role.
import { useMemo } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { guildsText } from "../../text/guilds";
import { useWords } from "../app/use-text";
import { Section } from "../controls/section";
import { InviteButton } from "../invites/invite-button";
import { GuildInvitesDialog } from "./guild-dialogs";
import { GuildMemberPages } from "./guild-member-pages";
import { MembersAmong } from "./guild-members";
import { useGuild, useGuildInvitesOffered } from "./use-guild";
import "./guild.css";

export function ChannelMembers({ entry, guild, me }: { entry: InboxEntry; guild: string; me: Me }) {
  const { members: words } = useWords(guildRolesText);
  const { tree, menu } = useWords(guildsText);
  const { handle, view } = useGuild(guild);
  const offersInvites = useGuildInvitesOffered();
  const list = useMemo(() => handle.memberList(), [handle]);
  if (view === null) return null;
  const isLarge = view.channels.some(({ id, large }) => id === entry.id && large === true);
  const mayInvite = view.permissions.includes("invite") && view.deleteAt === null;
  return (
    // A large channel does not know how many may view it.
    <Section title={isLarge ? menu.members : words.count(entry.members.length)}>
      {mayInvite && offersInvites && (
        <InviteButton
          label={tree.invite}
          dialog={(onClose) => <GuildInvitesDialog handle={handle} view={view} channel={entry.id} onClose={onClose} />}
        />
      )}
      {isLarge ? (
        <GuildMemberPages handle={handle} list={list} view={view} me={me} Heading="h4" />
      ) : (
        <MembersAmong handle={handle} view={view} me={me} only={entry.members.map(({ id }) => id)} />
      )}
    </Section>
  );
}
