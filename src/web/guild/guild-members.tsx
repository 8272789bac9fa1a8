// The members of a guild by role. Roles that are shown as a group of their own come first.
import { UserPlus } from "lucide-react";
import { useId, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberInfo, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonField } from "../people/person-field";
import { ListSkeleton } from "../sidebar/list-skeleton";
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
  /** Only these users; all members by default. */
  only?: readonly string[];
}

export function GuildMembers({ handle, view, me, only }: GuildMembersProps) {
  const text = useText();
  const { members: words } = useWords(guildRolesText);
  const id = useId();
  const all = useGuildMembers(handle);
  const [typed, setTyped] = useState("");
  /** The member whose roles are open. */
  const [chosen, setChosen] = useState<string | null>(null);
  if (all === null) return <ListSkeleton />;
  const members = only ? all.filter(({ user }) => only.includes(user.id)) : all;
  const opened = members.find(({ user }) => user.id === chosen);
  const wanted = typed.normalize("NFC").trim().replace(/^@/, "").toLowerCase();
  const isWanted = ({ user }: GuildMemberInfo) =>
    `${nameOfPerson(user, text).normalize("NFC").toLowerCase()} ${user.handle}`.includes(wanted);
  const compare = (one: GuildMemberInfo, other: GuildMemberInfo) =>
    nameOfPerson(one.user, text).localeCompare(nameOfPerson(other.user, text));
  // Below the title of the dialog, or below that of a section of the details.
  const Heading = only === undefined ? "h3" : "h4";
  const groups = memberGroups(view.roles, members.filter(isWanted).toSorted(compare));
  return (
    <div className="guild-members">
      {only === undefined && rightsIn(view, me.id).may("invite") && view.deleteAt === null && (
        <AddGuildMember handle={handle} members={all} />
      )}
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
          <Heading
            id={`${id}-${role?.id ?? "others"}`}
            className="people-title"
            data-tinted={role?.color != null || undefined}
            style={role?.color == null ? undefined : tint(role.color)}
          >
            <span dir="auto">{role?.name ?? words.others}</span> · {own.length}
          </Heading>
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

function AddGuildMember({ handle, members }: { handle: GuildHandle; members: readonly GuildMemberInfo[] }) {
  const text = useText();
  const { members: words } = useWords(guildRolesText);
  const [status, setStatus] = useState("");
  const [saving, save] = useSave();
  return (
    <div className="add-member">
      <PersonField
        label={words.add}
        icon={UserPlus}
        isTaken={(id) => members.some(({ user }) => user.id === id)}
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
