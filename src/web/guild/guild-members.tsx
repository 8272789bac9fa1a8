// The members of a guild by role. Roles that are shown as a group of their own come first.
import { UserPlus } from "lucide-react";
import { useId, useMemo, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberInfo, GuildMemberList, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonField } from "../people/person-field";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { GuildMemberPages } from "./guild-member-pages";
import { GuildMemberRow } from "./guild-member-row";
import { memberGroups } from "./member-groups";
import { MemberRoles } from "./member-roles";
import { rightsIn } from "./rights";
import { tint } from "./tint";
import { useGuildMembers } from "./use-guild";

/** The fewest members of a list with a search field. */
const SEARCHED_FROM = 8;

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
  const id = useId();
  const all = useGuildMembers(handle);
  const [typed, setTyped] = useState("");
  /** The member whose roles are open. */
  const [chosen, setChosen] = useState<string | null>(null);
  if (all === null) return <ListSkeleton />;
  const members = all.filter(({ user }) => only.includes(user.id));
  const opened = members.find(({ user }) => user.id === chosen);
  const wanted = typed.normalize("NFC").trim().replace(/^@/, "").toLowerCase();
  const isWanted = ({ user }: GuildMemberInfo) =>
    `${nameOfPerson(user, text).normalize("NFC").toLowerCase()} ${user.handle}`.includes(wanted);
  const compare = (one: GuildMemberInfo, other: GuildMemberInfo) =>
    nameOfPerson(one.user, text).localeCompare(nameOfPerson(other.user, text));
  const groups = memberGroups(view.roles, members.filter(isWanted).toSorted(compare));
  return (
    <div className="guild-members">
      {members.length >= SEARCHED_FROM && (
        <Field
          label={words.find}
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
      )}
      {groups.map(({ role, members: own }) => (
        <section key={role?.id ?? "others"} aria-labelledby={`${id}-${role?.id ?? "others"}`}>
          <h4
            id={`${id}-${role?.id ?? "others"}`}
            className="people-title"
            data-tinted={role?.color != null || undefined}
            style={role?.color == null ? undefined : tint(role.color)}
          >
            <span dir="auto">{role?.name ?? words.others}</span> · {own.length}
          </h4>
          <ul className="people">
            {own.map((member) => (
              <GuildMemberRow
                key={member.user.id}
                handle={handle}
                view={view}
                member={member}
                me={me}
                onRoles={() => setChosen(member.user.id)}
              />
            ))}
          </ul>
        </section>
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
