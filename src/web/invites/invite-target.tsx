import { limits } from "../../protocol";
import type { InvitePreview } from "../../sdk";
import { invitesText } from "../../text/invites";
import { isolated } from "../../text/person-name";
import { useWords } from "../app/use-text";
import { Avatar } from "../people/avatar";

/** What an invite leads to: icon, name, and roughly how many members. */
export function InviteTarget({ preview, heading: Heading }: { preview: InvitePreview; heading: "h2" | "p" }) {
  const words = useWords(invitesText);
  const { kind, name, tone, members } = preview;
  return (
    <div className="invite-target">
      <span className={kind === "group" ? "face-group" : undefined}>
        <Avatar id="" name={name} size="l" tone={tone} />
      </span>
      <div className="invite-target-words">
        <p>{kind === "group" ? words.invitedGroup : words.invitedPerson}</p>
        <Heading className="invite-name" dir="auto">
          {isolated(name)}
        </Heading>
        {kind === "group" && <p>{words.members(members, limits.previewedMembers)}</p>}
      </div>
    </div>
  );
}
