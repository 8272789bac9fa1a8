// The members of a guild page by page: by role, then by name. The next page is loaded when the end
// of the list comes on screen.
import { useEffect, useId, useRef, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberInfo, GuildMemberList, GuildRole, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { Field } from "../controls/field";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { GuildMemberRow } from "./guild-member-row";
import { MemberRoles } from "./member-roles";
import { tint } from "./tint";

/** The fewest members of a list with a search field. */
const SEARCHED_FROM = 8;
/** How long typing pauses before the list is searched. */
const TYPING_PAUSE_MS = 200;

interface GuildMemberPagesProps {
  handle: GuildHandle;
  list: GuildMemberList;
  view: GuildView;
  me: Me;
  Heading: "h3" | "h4";
}

export function GuildMemberPages({ handle, list, view, me, Heading }: GuildMemberPagesProps) {
  const { members: words } = useWords(guildRolesText);
  const id = useId();
  const shown = useStore(list.view);
  const [typed, setTyped] = useState("");
  /** The member whose roles are open. */
  const [chosen, setChosen] = useState<string | null>(null);
  const wanted = typed.normalize("NFC").trim().replace(/^@/, "");
  // biome-ignore lint/correctness/useExhaustiveDependencies: members change with the view.
  useEffect(() => {
    // A failure leaves what is shown. The next change of the guild loads it again.
    const timer = setTimeout(() => list.load(wanted).catch(() => {}), wanted === "" ? 0 : TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [list, wanted, view]);
  if (shown === null) return <ListSkeleton />;
  const { items, groups, hasMore } = shown;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const opened = items.find(({ user }) => user.id === chosen);
  return (
    <>
      {(total >= SEARCHED_FROM || typed !== "") && (
        <Field
          label={words.find}
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
      )}
      {groups.map(({ role: group, count }) => {
        const role = view.roles.find((one) => one.id === group) ?? null;
        const own = items.filter((member) => groupOf(view.roles, member) === group);
        if (own.length === 0) return null;
        const key = `${id}-${group ?? "others"}`;
        return (
          <section key={key} aria-labelledby={key}>
            <Heading
              id={key}
              className="people-title"
              data-tinted={role?.color != null || undefined}
              style={role?.color == null ? undefined : tint(role.color)}
            >
              <span dir="auto">{role?.name ?? words.others}</span> · {count}
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
        );
      })}
      {hasMore && <EndOfList key={items.length} onShown={() => void list.more().catch(() => {})} />}
      {opened && <MemberRoles handle={handle} view={view} member={opened} me={me} onClose={() => setChosen(null)} />}
      {total === 0 && <p className="modal-hint">{words.nobody}</p>}
    </>
  );
}

/** The highest role of a member that is shown as a group; null for none. */
function groupOf(roles: readonly GuildRole[], { roles: own }: GuildMemberInfo): string | null {
  const grouped = roles.filter((role) => role.grouped && own.includes(role.id));
  return grouped.toSorted((one, other) => other.position - one.position)[0]?.id ?? null;
}

/** Calls `onShown` when it comes on screen. */
function EndOfList({ onShown }: { onShown: () => void }) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(onShown);
  latest.current = onShown;
  useEffect(() => {
    if (!end.current) return;
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) latest.current();
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={end}>
      <ListSkeleton />
    </div>
  );
}
