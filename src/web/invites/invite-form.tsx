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

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ends = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY, never: null } as const;
type End = keyof typeof ends;
const USES = [1, 5, 10, 50] as const;

interface InviteFormProps {
  create(options: InviteOptions): Promise<Invite>;
  onCreated(invite: Invite): void;
}

export function InviteForm({ create, onCreated }: InviteFormProps) {
  const text = useText();
  const words = useWords(invitesText);
  const [end, setEnd] = useState<End>("week");
  const [uses, setUses] = useState("");
  const [saving, save] = useSave();

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (saving.state === "busy") return;
    const options = { forMs: ends[end], maxUses: uses === "" ? null : Number(uses) };
    void save(async () => onCreated(await create(options)));
  };

  return (
    <form className="invite-form" onSubmit={submit}>
      <Choice label={words.ends} value={end} onChange={(value) => setEnd(endOf(value))}>
        {Object.keys(ends).map((one) => (
          <option key={one} value={one}>
            {words.endsAfter[endOf(one)]}
          </option>
        ))}
      </Choice>
      <Choice label={words.uses} value={uses} onChange={setUses}>
        <option value="">{words.anyUses}</option>
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

const endOf = (value: string): End => (value in ends ? (value as End) : "week");

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
