// The members of a guild page by page: by role, then by name. The next page is loaded when the end
// of the list comes on screen.
import { useEffect, useRef, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberList, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { useStore } from "../app/client";
import { useWords } from "../app/use-text";
import { PersonSearch, SEARCHED_FROM, wantedIn } from "../people/person-search";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { GuildMemberGroup } from "./guild-member-group";
import { memberGroups } from "./member-groups";
import { MemberRoles } from "./member-roles";

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
  const shown = useStore(list.view);
  const [typed, setTyped] = useState("");
  /** The member whose roles are open. */
  const [chosen, setChosen] = useState<string | null>(null);
  const wanted = wantedIn(typed);
  // biome-ignore lint/correctness/useExhaustiveDependencies: members change with the view.
  useEffect(() => {
    // A failure leaves what is shown. The next change of the guild loads it again.
    const timer = setTimeout(() => list.load(wanted).catch(() => {}), wanted === "" ? 0 : TYPING_PAUSE_MS);
    return () => clearTimeout(timer);
  }, [list, wanted, view]);
  if (shown === null) return <ListSkeleton />;
  const { items, groups, hasMore } = shown;
  const total = groups.reduce((sum, { count }) => sum + count, 0);
  const loaded = memberGroups(view.roles, items);
  const parts = { handle, view, me, Heading };
  const opened = items.find(({ user }) => user.id === chosen);
  return (
    <>
      {(total >= SEARCHED_FROM || typed !== "") && <PersonSearch label={words.find} typed={typed} onType={setTyped} />}
      {groups.map(({ role: id, count }) => {
        const own = loaded.find(({ role }) => (role?.id ?? null) === id);
        if (!own) return null;
        return <GuildMemberGroup key={id ?? "others"} {...parts} {...own} count={count} onRoles={setChosen} />;
      })}
      {hasMore && <EndOfList key={items.length} onShown={() => void list.more().catch(() => {})} />}
      {opened && <MemberRoles handle={handle} view={view} member={opened} me={me} onClose={() => setChosen(null)} />}
      {total === 0 && <p className="modal-hint">{words.nobody}</p>}
    </>
  );
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
