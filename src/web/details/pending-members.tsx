import { UserMinus } from "lucide-react";
import type { Profile } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { detailsText } from "../../text/details";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { IconButton } from "../controls/icon-button";
import { useSave } from "../controls/use-save";
import { Avatar } from "../people/avatar";
import { nameOfPerson } from "../people/channel-face";

/** The people of a group who were asked and have not accepted. */
export function PendingMembers({ entry }: { entry: InboxEntry }) {
  const { members: words } = useWords(detailsText);
  if (entry.pending.length === 0) return null;
  return (
    <>
      <h4 className="people-title">{words.pending}</h4>
      <ul className="people">
        {entry.pending.map((person) => (
          <PendingRow key={person.id} channel={entry.id} person={person} />
        ))}
      </ul>
    </>
  );
}

function PendingRow({ channel, person }: { channel: string; person: Profile }) {
  const text = useText();
  const { members: words } = useWords(detailsText);
  const { may } = useChannelContext();
  const [saving, save] = useSave();
  const name = nameOfPerson(person, text);
  return (
    <li className="person" aria-busy={saving.state === "busy" || undefined}>
      <Avatar id={person.id} name={person.name} size="s" />
      <span className="person-words">
        <strong dir="auto">{name}</strong>
        <span>@{person.handle}</span>
        {saving.state === "failed" && <span role="alert">{explain(saving.thrown, text)}</span>}
      </span>
      {may("manage") && (
        <IconButton
          icon={UserMinus}
          label={words.withdraw(name)}
          onClick={() => void save(() => client.removeMember(channel, person.id))}
        />
      )}
    </li>
  );
}
