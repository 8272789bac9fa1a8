import { MonitorSmartphone } from "lucide-react";
import type { Session } from "../../protocol";
import { settingsText } from "../../text/settings";
import { ago, fullTime } from "../../text/times";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { serverNow } from "../app/use-moment";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { useSave } from "../controls/use-save";
import { deviceName } from "./device-name";

interface SessionRowProps {
  session: Session;
  /** Called with the number of chats on which the session is still being ended. */
  onRevoked(pending: number): void;
}

export function SessionRow({ session, onRevoked }: SessionRowProps) {
  const text = useText();
  const words = useWords(settingsText);
  const locale = useLocale();
  const [saving, save] = useSave();
  const name = deviceName(session.agent) ?? words.unknownAgent;

  const revoke = () => save(async () => onRevoked(await client.accounts.revoke(session.id)));

  return (
    <li className="session">
      <MonitorSmartphone aria-hidden />
      <span className="person-words">
        <strong>{name}</strong>
        <span title={fullTime(session.seenAt, locale)}>
          {session.current ? words.thisSession : words.lastSeen(ago(session.seenAt, serverNow(), locale))}
        </span>
        {saving.state === "failed" && <span role="alert">{explain(saving.thrown, text)}</span>}
      </span>
      {!session.current && (
        <Button busy={saving.state === "busy"} aria-label={words.revokeOf(name)} onClick={revoke}>
          {words.revoke}
        </Button>
      )}
    </li>
  );
}
