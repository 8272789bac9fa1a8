import { settingsText } from "../../text/settings";
import { lazyPart } from "../app/lazy-part";
import { useWords } from "../app/use-text";
import { Section } from "../controls/section";
import { InviteButton, useInvitesOffered } from "../invites/invite-button";

const MyInvites = lazyPart(() => import("../invites/my-invites").then((module) => module.MyInvites));

/** My links to a chat with me. */
export function InviteLink() {
  const words = useWords(settingsText);
  if (!useInvitesOffered()) return null;
  return (
    <Section title={words.inviteLink} hint={words.inviteLinkHint}>
      <InviteButton label={words.inviteLinkOpen} dialog={(onClose) => <MyInvites onClose={onClose} />} />
    </Section>
  );
}
