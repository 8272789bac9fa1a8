import { useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { detailsText } from "../../text/details";
import { lazyPart } from "../app/lazy-part";
import { useText, useWords } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Section } from "../controls/section";
import { InviteButton, useInvitesOffered } from "../invites/invite-button";
import { nameOfPerson } from "../people/channel-face";
import { isWanted, PersonSearch, SEARCHED_FROM } from "../people/person-search";
import { AddMember } from "./add-member";
import { MemberRow } from "./member-row";
import { PendingMembers } from "./pending-members";

const GroupInvites = lazyPart(() => import("../invites/group-invites").then((module) => module.GroupInvites));

const RANK = { owner: 0, admin: 1, member: 2 } as const;

export function Members({ entry, me }: { entry: InboxEntry; me: Me }) {
  const text = useText();
  const { members } = useWords(detailsText);
  const isOffered = useInvitesOffered();
  const { may } = useChannelContext();
  const [typed, setTyped] = useState("");
  const shown = entry.roster
    .filter(({ user }) => isWanted(user, typed, text))
    .toSorted(
      (one, other) =>
        RANK[one.role] - RANK[other.role] || nameOfPerson(one.user, text).localeCompare(nameOfPerson(other.user, text)),
    );
  return (
    <Section title={text.groups.members(entry.roster.length)}>
      {may("invite") && (
        <>
          <AddMember entry={entry} />
          {isOffered && (
            <InviteButton
              label={members.inviteByLink}
              dialog={(onClose) => <GroupInvites entry={entry} me={me} onClose={onClose} />}
            />
          )}
        </>
      )}
      {entry.roster.length >= SEARCHED_FROM && (
        <PersonSearch label={text.groups.findMember} typed={typed} onType={setTyped} />
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
