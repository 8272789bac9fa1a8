import { Check, Copy, QrCode as QrIcon, Share2, Trash2 } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import type { Invite } from "../../sdk";
import { invitesText } from "../../text/invites";
import { clockTime, dateOf, fullTime } from "../../text/times";
import { client } from "../app/client";
import { lazyPart } from "../app/lazy-part";
import { serverNow } from "../app/use-moment";
import { useLocale, useText, useWords } from "../app/use-text";
import { Confirm } from "../controls/confirm";
import { IconButton } from "../controls/icon-button";
import { useCopy } from "../controls/use-copy";

const DAY_MS = 86_400_000;

const QrCode = lazyPart(() => import("./qr-code").then((module) => module.QrCode));

interface InviteRowProps {
  invite: Invite;
  /** Who made it; null where all are of the same person. */
  maker: string | null;
  /** What else the link does. */
  detail: ReactNode;
  mayRevoke: boolean;
  onRevoked(code: string): void;
}

/** One link: what is known of its use, and what can be done with it. */
export function InviteRow({ invite, maker, detail, mayRevoke, onRevoked }: InviteRowProps) {
  const text = useText();
  const words = useWords(invitesText);
  const [copied, copy] = useCopy();
  const [isShown, setShown] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const { code, uses, maxUses } = invite;
  const link = client.invites.linkOf(invite);
  const share = () => {
    // A person who closes the dialog of the system has shared nothing, which is no failure.
    navigator.share({ url: link }).catch(() => {});
  };

  return (
    <li className="invite">
      <div className="invite-line">
        <span className="invite-words">
          <strong className="invite-link">{link.replace(/^https?:\/\//, "")}</strong>
          <span>
            {maxUses === null ? words.used(uses) : words.usedOf(uses, maxUses)} · <EndOf invite={invite} />
            {maker !== null && <> · {words.by(maker)}</>}
          </span>
          {detail}
        </span>
        <span className="invite-actions">
          <IconButton
            icon={copied ? Check : Copy}
            label={copied ? text.app.copied : words.copyOf(code)}
            onClick={() => copy(link)}
          />
          {"share" in navigator && <IconButton icon={Share2} label={words.shareOf(code)} onClick={share} />}
          <IconButton
            icon={QrIcon}
            label={words.qr(code)}
            aria-expanded={isShown}
            onClick={() => setShown((before) => !before)}
          />
          {mayRevoke && <IconButton icon={Trash2} label={words.revokeOf(code)} onClick={() => setAsking(true)} />}
        </span>
      </div>
      {isShown && (
        <Suspense>
          <QrCode link={link} />
        </Suspense>
      )}
      {isAsking && (
        <Confirm
          title={words.revokeTitle}
          hint={words.revokeHint}
          action={words.revoke}
          onConfirm={async () => {
            await client.invites.revoke(code);
            onRevoked(code);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}

function EndOf({ invite: { expiresAt } }: { invite: Invite }) {
  const words = useWords(invitesText);
  const locale = useLocale();
  if (expiresAt === null) return words.endsNever;
  const shown = expiresAt - serverNow() < DAY_MS ? clockTime : dateOf;
  return (
    <time dateTime={new Date(expiresAt).toISOString()} title={fullTime(expiresAt, locale)}>
      {words.endsAt(shown(expiresAt, locale))}
    </time>
  );
}
