import { MonitorSmartphone } from "lucide-react";
import type { Session } from "../../protocol";
import { client } from "../app/client";
import { Button } from "../controls/button";
import { useLocale, useText } from "../text/language";
import { explain } from "../text/problem";
import { ago, fullTime } from "../text/times";
import { deviceName } from "./device-name";
import { useSaving } from "./use-saving";

export function SessionRow({ session, onRevoked }: { session: Session; onRevoked(): void }) {
  const text = useText();
  const locale = useLocale();
  const [saving, save] = useSaving();
  const name = deviceName(session.agent) ?? text.settings.unknownAgent;

  const revoke = async () => {
    if (await save(() => client.accounts.revoke(session.id))) onRevoked();
  };

  return (
    <li className="session">
      <MonitorSmartphone aria-hidden />
      <span className="person-words">
        <strong>{name}</strong>
        <span title={fullTime(session.seenAt, locale)}>
          {session.current
            ? text.settings.thisSession
            : text.settings.lastSeen(ago(session.seenAt, Date.now(), locale))}
        </span>
        {saving.state === "failed" && <span role="alert">{explain(saving.thrown, text)}</span>}
      </span>
      {!session.current && (
        <Button busy={saving.state === "busy"} aria-label={text.settings.revokeOf(name)} onClick={revoke}>
          {text.settings.revoke}
        </Button>
      )}
    </li>
  );
}
