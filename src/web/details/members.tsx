import { useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Field } from "../controls/field";
import { Section } from "../controls/section";
import { nameOfPerson } from "../people/channel-face";
import { AddMember } from "./add-member";
import { MemberRow } from "./member-row";
import { PendingMembers } from "./pending-members";

/** The fewest members of a list with a search field. */
const SEARCHED_FROM = 8;
const RANK = { owner: 0, admin: 1, member: 2 } as const;

export function Members({ entry, me }: { entry: InboxEntry; me: Me }) {
  const text = useText();
  const { may } = useChannelContext();
  const [typed, setTyped] = useState("");
  const wanted = typed.normalize("NFC").trim().replace(/^@/, "").toLowerCase();
  const shown = entry.roster
    .filter(({ user }) => `${nameOfPerson(user, text).normalize("NFC").toLowerCase()} ${user.handle}`.includes(wanted))
    .toSorted(
      (one, other) =>
        RANK[one.role] - RANK[other.role] || nameOfPerson(one.user, text).localeCompare(nameOfPerson(other.user, text)),
    );
  return (
    <Section title={text.groups.members(entry.roster.length)}>
      {may("invite") && <AddMember entry={entry} />}
      {entry.roster.length >= SEARCHED_FROM && (
        <Field
          label={text.groups.findMember}
          type="search"
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoComplete="off"
        />
      )}
      <ul className="people">
        {shown.map((member) => (
          <MemberRow key={member.user.id} entry={entry} member={member} me={me} />
        ))}
      </ul>
      <PendingMembers entry={entry} />
      {shown.length === 0 && <p className="modal-hint">{text.groups.nobodyFound}</p>}
    </Section>
  );
}
