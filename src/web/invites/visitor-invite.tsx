// The invite that a person without a session has opened, above the form to sign in.
import { Link2Off } from "lucide-react";
import { invitesText } from "../../text/invites";
import { useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { InviteTarget } from "./invite-target";
import { useInvitePreview } from "./use-invite-preview";
import "./invites.css";

export function VisitorInvite({ code }: { code: string }) {
  const words = useWords(invitesText);
  const [invite] = useInvitePreview(code);
  if (invite.state === "invalid")
    return (
      <Notice tone="calm" icon={Link2Off}>
        <strong>{words.invalidTitle}</strong>
        <p>{words.invalidHint}</p>
      </Notice>
    );
  // The page after the sign-in shows the invite again, so a failed preview is no obstacle here.
  if (invite.state !== "found") return null;
  return (
    <section className="visitor-invite" aria-label={words.page}>
      <InviteTarget preview={invite.preview} heading="p" />
      <p className="modal-hint">{words.toSignIn}</p>
    </section>
  );
}
