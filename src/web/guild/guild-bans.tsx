// The people who are banned from a guild.
import { UserRoundCheck } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { GuildBan, GuildHandle } from "../../sdk";
import { moderationText } from "../../text/moderation";
import { dateOf } from "../../text/times";
import { explain } from "../app/explain";
import { useLocale, useText, useWords } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { PersonFace } from "../people/person-face";
import { isWanted, PersonSearch, SEARCHED_FROM } from "../people/person-search";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { useGuildMembers } from "./use-guild";

export function GuildBans({ handle, isKept }: { handle: GuildHandle; isKept: boolean }) {
  const text = useText();
  const { bans: words } = useWords(moderationText);
  const [bans, setBans] = useState<readonly GuildBan[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [typed, setTyped] = useState("");
  const [status, setStatus] = useState("");
  const [saving, save] = useSave();
  const members = useGuildMembers(handle);
  const load = useCallback(async () => {
    try {
      setBans(await handle.moderation.bans());
      setProblem(null);
    } catch (thrown) {
      setProblem(thrown);
    }
  }, [handle]);
  useEffect(() => void load(), [load]);

  if (problem !== null) return <Notice tone="danger">{explain(problem, text)}</Notice>;
  if (bans === null) return <ListSkeleton />;
  const shown = bans.filter(({ user }) => isWanted(user, typed, text));
  const lift = async (user: GuildBan["user"]) => {
    setStatus("");
    if (!(await save(() => handle.moderation.liftBan(user.id)))) return;
    setStatus(words.lifted(nameOfPerson(user, text)));
    await load();
  };
  return (
    <div className="guild-members">
      {bans.length >= SEARCHED_FROM && <PersonSearch label={words.find} typed={typed} onType={setTyped} />}
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <ul className="people">
        {shown.map((ban) => {
          const banner = members?.find(({ user }) => user.id === ban.by)?.user;
          return (
            <BanRow
              key={ban.user.id}
              ban={ban}
              by={banner ? nameOfPerson(banner, text) : null}
              {...(isKept && { onLift: () => void lift(ban.user) })}
            />
          );
        })}
      </ul>
      {shown.length === 0 && <p className="modal-hint">{bans.length === 0 ? words.none : words.nobody}</p>}
      <p className="saved" role="status">
        {status}
      </p>
    </div>
  );
}

interface BanRowProps {
  ban: GuildBan;
  /** The name of who banned the person; null if they are no member any more. */
  by: string | null;
  onLift?: () => void;
}

function BanRow({ ban, by, onLift }: BanRowProps) {
  const text = useText();
  const locale = useLocale();
  const { bans: words } = useWords(moderationText);
  const name = nameOfPerson(ban.user, text);
  const end = ban.until === null ? words.forever : words.until(dateOf(ban.until, locale));
  const details = [`@${ban.user.handle}`, end, ...(by === null ? [] : [words.by(by)])];
  return (
    <li className="person">
      <PersonFace id={ban.user.id} name={name} size="s" />
      <span className="person-words">
        <strong dir="auto">{name}</strong>
        <span>{details.join(" · ")}</span>
        {ban.reason !== "" && <span dir="auto">{ban.reason}</span>}
      </span>
      {onLift && <IconButton icon={UserRoundCheck} label={words.liftOf(name)} onClick={onLift} />}
    </li>
  );
}
