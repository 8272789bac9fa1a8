// The audit log of a guild, with a choice of kind and person.
import { useEffect, useState } from "react";
import { auditKind, limits } from "../../protocol";
import type { AuditEntry, AuditKind, GuildHandle, GuildView } from "../../sdk";
import { auditLogText } from "../../text/audit-log";
import { guildRolesText } from "../../text/guild-roles";
import { guildsText } from "../../text/guilds";
import { fullTime } from "../../text/times";
import { explain } from "../app/explain";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { nameOfPerson } from "../people/channel-face";
import { PersonFace } from "../people/person-face";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { type AuditWording, changesOf, deedOf, targetOf } from "./audit-words";
import { useGuildMembers } from "./use-guild";

const DAY_MS = 86_400_000;

type Loaded = { items: readonly AuditEntry[]; next: string | null };

export function GuildAuditLog({ handle, view }: { handle: GuildHandle; view: GuildView }) {
  const text = useText();
  const words = useWords(auditLogText);
  const roles = useWords(guildRolesText);
  const guilds = useWords(guildsText);
  const locale = useLocale();
  const members = useGuildMembers(handle);
  const [kind, setKind] = useState<AuditKind | "">("");
  const [actor, setActor] = useState("");
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const query = { ...(kind !== "" && { kind }), ...(actor !== "" && { actor }) };

  const load = async (before: Loaded | null, isWanted: () => boolean) => {
    try {
      const cursor = before?.next ?? undefined;
      const page = await handle.moderation.audit({ ...query, cursor });
      if (!isWanted()) return;
      setProblem(null);
      setLoaded({ items: [...(before?.items ?? []), ...page.items], next: page.next });
    } catch (thrown) {
      if (isWanted()) setProblem(thrown);
    }
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: another choice loads from the start.
  useEffect(() => {
    let isWanted = true;
    setLoaded(null);
    void load(null, () => isWanted);
    return () => {
      isWanted = false;
    };
  }, [handle, kind, actor]);

  const names = new Map((members ?? []).map(({ user }) => [user.id, nameOfPerson(user, text)]));
  const wording: AuditWording = { text, words, roles, guilds, locale, view, names };
  return (
    <div className="guild-members audit-log">
      <p className="modal-hint">{words.hint(limits.auditKeptMs / DAY_MS)}</p>
      <SelectField
        label={words.kind}
        value={kind}
        onChange={(event) => setKind(auditKind.safeParse(event.target.value).data ?? "")}
      >
        <option value="">{words.everyKind}</option>
        {auditKind.options.map((one) => (
          <option key={one} value={one}>
            {words.kinds[one]}
          </option>
        ))}
      </SelectField>
      <SelectField label={words.actor} value={actor} onChange={(event) => setActor(event.target.value)}>
        <option value="">{words.everyone}</option>
        {[...names].map(([id, name]) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      {problem !== null && <Notice tone="danger">{explain(problem, text)}</Notice>}
      {loaded === null && problem === null && <ListSkeleton />}
      <ul className="people">
        {loaded?.items.map((entry) => (
          <AuditRow key={entry.revision} entry={entry} wording={wording} />
        ))}
      </ul>
      {loaded?.items.length === 0 && (
        <p className="modal-hint">{kind === "" && actor === "" ? words.none : words.noneFound}</p>
      )}
      {loaded?.next != null && <Button onClick={() => void load(loaded, () => true)}>{words.more}</Button>}
    </div>
  );
}

function AuditRow({ entry, wording }: { entry: AuditEntry; wording: AuditWording }) {
  const { text, words, locale } = wording;
  const name = nameOfPerson(entry.actor, text);
  const target = targetOf(entry, wording);
  return (
    <li className="person audit-entry">
      <PersonFace id={entry.actor.id} name={name} size="s" />
      <span className="person-words">
        <span className="audit-deed">
          <strong dir="auto">{name}</strong> {deedOf(entry, wording)} {target !== null && <bdi>{target}</bdi>}
        </span>
        <time dateTime={new Date(entry.at).toISOString()}>{fullTime(entry.at, locale)}</time>
        {entry.reason !== "" && <span dir="auto">{words.reason(entry.reason)}</span>}
        {changesOf(entry, wording).map((line) => (
          <span key={line} dir="auto">
            {line}
          </span>
        ))}
      </span>
    </li>
  );
}
