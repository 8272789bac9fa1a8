// The form that creates an invite: when it ends, and how many people it admits.
import { Link } from "lucide-react";
import { type FormEvent, type ReactNode, useId, useState } from "react";
import type { Invite, InviteOptions } from "../../sdk";
import { invitesText } from "../../text/invites";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";

const HOUR_MS = 3_600_000;
const DAY_HOURS = 24;
/** After how many hours a link may end. */
const HOURS = [1, DAY_HOURS, 7 * DAY_HOURS, 30 * DAY_HOURS] as const;
const A_WEEK = String(7 * DAY_HOURS);
const USES = [1, 5, 10, 50] as const;
/** The value of a choice without a bound. */
const UNBOUNDED = "";

interface InviteFormProps {
  create(options: InviteOptions): Promise<Invite>;
  onCreated(invite: Invite): void;
}

export function InviteForm({ create, onCreated }: InviteFormProps) {
  const text = useText();
  const words = useWords(invitesText);
  const [hours, setHours] = useState(A_WEEK);
  const [uses, setUses] = useState(UNBOUNDED);
  const [saving, save] = useSave();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (saving.state === "busy") return;
    const forMs = hours === UNBOUNDED ? null : Number(hours) * HOUR_MS;
    const options = { forMs, maxUses: uses === UNBOUNDED ? null : Number(uses) };
    void save(async () => onCreated(await create(options)));
  };

  return (
    <form className="invite-form" onSubmit={submit}>
      <Choice label={words.ends} value={hours} onChange={setHours}>
        {HOURS.map((count) => (
          <option key={count} value={count}>
            {count < DAY_HOURS ? words.afterHours(count) : words.afterDays(count / DAY_HOURS)}
          </option>
        ))}
        <option value={UNBOUNDED}>{words.never}</option>
      </Choice>
      <Choice label={words.uses} value={uses} onChange={setUses}>
        <option value={UNBOUNDED}>{words.anyUses}</option>
        {USES.map((count) => (
          <option key={count} value={count}>
            {words.usesOf(count)}
          </option>
        ))}
      </Choice>
      <Button type="submit" look="primary" busy={saving.state === "busy"}>
        <Link aria-hidden />
        {words.create}
      </Button>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <p className="unseen" role="status">
        {saving.state === "saved" ? words.created : ""}
      </p>
    </form>
  );
}

interface ChoiceProps {
  label: string;
  value: string;
  onChange(value: string): void;
  children: ReactNode;
}

function Choice({ label, value, onChange, children }: ChoiceProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-box">
        <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
          {children}
        </select>
      </div>
    </div>
  );
}
