// The form that creates an invite: when it ends, and how many people it admits.
import { Link } from "lucide-react";
import { type FormEvent, type ReactNode, useState } from "react";
import type { Invite, InviteOptions } from "../../sdk";
import { invitesText } from "../../text/invites";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
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
  /** Further fields. */
  children?: ReactNode;
}

export function InviteForm({ create, onCreated, children }: InviteFormProps) {
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
      <SelectField label={words.ends} value={hours} onChange={(event) => setHours(event.target.value)}>
        {HOURS.map((count) => (
          <option key={count} value={count}>
            {count < DAY_HOURS ? words.afterHours(count) : words.afterDays(count / DAY_HOURS)}
          </option>
        ))}
        <option value={UNBOUNDED}>{words.never}</option>
      </SelectField>
      <SelectField label={words.uses} value={uses} onChange={(event) => setUses(event.target.value)}>
        <option value={UNBOUNDED}>{words.anyUses}</option>
        {USES.map((count) => (
          <option key={count} value={count}>
            {words.usesOf(count)}
          </option>
        ))}
      </SelectField>
      {children}
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
