// The members of a guild by role. Roles that are shown as a group of their own come first.
import { UserPlus } from "lucide-react";
import { useMemo, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberInfo, GuildMemberList, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonField } from "../people/person-field";
import { isWanted, PersonSearch, SEARCHED_FROM } from "../people/person-search";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { GuildMemberGroup } from "./guild-member-group";
import { GuildMemberPages } from "./guild-member-pages";
import { memberGroups } from "./member-groups";
import { MemberRoles } from "./member-roles";
import { rightsIn } from "./rights";
import { useGuildMembers } from "./use-guild";

interface GuildMembersProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
}

export function GuildMembers({ handle, view, me }: GuildMembersProps) {
  const list = useMemo(() => handle.memberList(), [handle]);
  return (
    <div className="guild-members">
      {rightsIn(view, me.id).may("invite") && view.deleteAt === null && <AddGuildMember handle={handle} list={list} />}
      <GuildMemberPages handle={handle} list={list} view={view} me={me} Heading="h3" />
    </div>
  );
}

/** The members of a channel with few viewers. */
export function MembersAmong({ handle, view, me, only }: GuildMembersProps & { only: readonly string[] }) {
  const text = useText();
  const { members: words } = useWords(guildRolesText);
  const all = useGuildMembers(handle);
  const [typed, setTyped] = useState("");
  /** The member whose roles are open. */
  const [chosen, setChosen] = useState<string | null>(null);
  if (all === null) return <ListSkeleton />;
  const members = all.filter(({ user }) => only.includes(user.id));
  const opened = members.find(({ user }) => user.id === chosen);
  const found = members.filter(({ user }) => isWanted(user, typed, text));
  const compare = (one: GuildMemberInfo, other: GuildMemberInfo) =>
    nameOfPerson(one.user, text).localeCompare(nameOfPerson(other.user, text));
  const groups = memberGroups(view.roles, found.toSorted(compare));
  return (
    <div className="guild-members">
      {members.length >= SEARCHED_FROM && <PersonSearch label={words.find} typed={typed} onType={setTyped} />}
      {groups.map((group) => (
        <GuildMemberGroup
          key={group.role?.id ?? "others"}
          {...{ handle, view, me, ...group }}
          Heading="h4"
          count={group.members.length}
          onRoles={setChosen}
        />
      ))}
      {opened && <MemberRoles handle={handle} view={view} member={opened} me={me} onClose={() => setChosen(null)} />}
      {groups.length === 0 && <p className="modal-hint">{words.nobody}</p>}
    </div>
  );
}

function AddGuildMember({ handle, list }: { handle: GuildHandle; list: GuildMemberList }) {
  const text = useText();
  const { members: words } = useWords(guildRolesText);
  const [status, setStatus] = useState("");
  const [saving, save] = useSave();
  return (
    <div className="add-member">
      <PersonField
        label={words.add}
        icon={UserPlus}
        // Adding another member again changes nothing.
        isTaken={(id) => list.view.get()?.items.some(({ user }) => user.id === id) ?? false}
        onFound={async ({ id, name }) => {
          setStatus("");
          if (await save(() => handle.addMember(id))) setStatus(words.added(name));
        }}
      />
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <p className="saved" role="status">
        {status}
      </p>
    </div>
  );
}
