import { limits, type Me, type PresenceMode } from "../../protocol";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { useWords } from "../app/use-text";
import { ProfileChoice } from "./profile-choice";

const SHOWN = { auto: "online", dnd: "dnd", invisible: "offline" } as const;
const MODES: readonly PresenceMode[] = ["auto", "dnd", "invisible"];

/** My presence mode: how others see me. */
export function Status({ me }: { me: Me }) {
  const words = useWords(settingsText);
  const hints = {
    auto: words.statusAutoHint(limits.idleMs / 60_000),
    dnd: words.statusDndHint,
    invisible: words.statusInvisibleHint,
  };
  return (
    <ProfileChoice
      title={words.status}
      hint={words.statusHint}
      choices={MODES.map((value) => ({
        value,
        label: words.statuses[value],
        hint: hints[value],
        mark: <span className="presence" data-status={SHOWN[value]} aria-hidden />,
      }))}
      current={me.presence}
      save={(presence) => client.accounts.changeProfile({ presence })}
    />
  );
}
