import { type ChangeEvent, useId } from "react";
import type { InboxEntry, NotifyLevel } from "../../sdk";
import { detailsText } from "../../text/details";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";

const LEVELS: readonly NotifyLevel[] = ["all", "mentions", "nothing"];

/** The notify level of a channel. */
export function Level({ entry }: { entry: InboxEntry }) {
  const text = useText();
  const { notifications: words } = useWords(detailsText);
  const id = useId();
  const [saving, save] = useSave();
  const choose = ({ target }: ChangeEvent<HTMLSelectElement>) => {
    const level = LEVELS.find((one) => one === target.value);
    if (level) void save(() => client.setLevel(entry.id, level));
  };
  return (
    <>
      <div className="field">
        <label htmlFor={id}>{words.level}</label>
        <div className="field-box">
          <select id={id} value={entry.level} onChange={choose}>
            {LEVELS.map((level) => (
              <option key={level} value={level}>
                {words.levels[level]}
              </option>
            ))}
          </select>
        </div>
      </div>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
    </>
  );
}
