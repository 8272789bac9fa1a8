// The members of one role, or those without a role that is a group of its own.
import { useId } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberInfo, GuildRole, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { useWords } from "../app/use-text";
import { GuildMemberRow } from "./guild-member-row";
import { tint } from "./tint";

interface GuildMemberGroupProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
  Heading: "h3" | "h4";
  role: GuildRole | null;
  members: readonly GuildMemberInfo[];
  /** How many members the group has. Not all of them may be loaded. */
  count: number;
  /** Opens the roles of a member. */
  onRoles(user: string): void;
}

export function GuildMemberGroup(props: GuildMemberGroupProps) {
  const { handle, view, me, Heading, role, members, count, onRoles } = props;
  const { members: words } = useWords(guildRolesText);
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <Heading
        id={id}
        className="people-title"
        data-tinted={role?.color != null || undefined}
        style={role?.color == null ? undefined : tint(role.color)}
      >
        <span dir="auto">{role?.name ?? words.others}</span> · {count}
      </Heading>
      <ul className="people">
        {members.map((member) => (
          <GuildMemberRow
            key={member.user.id}
            handle={handle}
            view={view}
            member={member}
            me={me}
            onRoles={() => onRoles(member.user.id)}
          />
        ))}
      </ul>
    </section>
  );
}
