import { useId, useState } from "react";
import { limits, type Me, type PresenceMode } from "../../protocol";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { useSave } from "../controls/use-save";

const SHOWN = { auto: "online", dnd: "dnd", invisible: "offline" } as const;
const MODES: readonly PresenceMode[] = ["auto", "dnd", "invisible"];

/** My presence mode: how others see me. */
export function Status({ me }: { me: Me }) {
  const text = useText();
  const words = useWords(settingsText);
  const id = useId();
  const [saving, save] = useSave();
  /** The choice that is being saved. */
  const [pendingMode, setPendingMode] = useState<PresenceMode | null>(null);
  const choose = async (presence: PresenceMode) => {
    // Saves one choice at a time. Disabled inputs would lose the focus.
    if (saving.state === "busy") return;
    setPendingMode(presence);
    await save(() => client.accounts.changeProfile({ presence }));
    setPendingMode(null);
  };
  const hints = {
    auto: words.statusAutoHint(limits.idleMs / 60_000),
    dnd: words.statusDndHint,
    invisible: words.statusInvisibleHint,
  };
  return (
    <Section title={words.status} hint={words.statusHint}>
      <fieldset className="choices">
        <legend className="unseen">{words.status}</legend>
        {MODES.map((mode) => (
          <label key={mode} className="choice">
            <input
              type="radio"
              name={id}
              aria-label={words.statuses[mode]}
              aria-describedby={`${id}-${mode}`}
              checked={(pendingMode ?? me.presence) === mode}
              onChange={() => void choose(mode)}
            />
            <span className="presence" data-status={SHOWN[mode]} aria-hidden />
            <span>
              <strong>{words.statuses[mode]}</strong>
              <span id={`${id}-${mode}`}>{hints[mode]}</span>
            </span>
          </label>
        ))}
      </fieldset>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
    </Section>
  );
}
