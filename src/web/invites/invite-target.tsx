import { limits } from "../../protocol";
import type { InvitePreview } from "../../sdk";
import { invitesText } from "../../text/invites";
import { isolated } from "../../text/person-name";
import { useWords } from "../app/use-text";
import { GuildIcon } from "../guild/guild-icon";
import { Avatar } from "../people/avatar";

/** What an invite leads to: icon, name, and roughly how many members. */
export function InviteTarget({ preview, heading: Heading }: { preview: InvitePreview; heading: "h2" | "p" }) {
  const words = useWords(invitesText);
  const { kind, name, tone, color, members } = preview;
  const invited = { group: words.invitedGroup, person: words.invitedPerson, guild: words.invitedGuild }[kind];
  return (
    <div className="invite-target">
      {color === undefined ? (
        <span className={kind === "group" ? "face-group" : undefined}>
          <Avatar id="" name={name} size="l" tone={tone} />
        </span>
      ) : (
        <GuildIcon name={name} color={color} />
      )}
      <div className="invite-target-words">
        <p>{invited}</p>
        <Heading className="invite-name" dir="auto">
          {isolated(name)}
        </Heading>
        {kind !== "person" && <p>{words.members(members, limits.previewedMembers)}</p>}
      </div>
    </div>
  );
}
