// Reports a message or a person, and offers to block the person.
import { type FormEvent, useState } from "react";
import { countCodePoints, limits, reportCategory } from "../../protocol";
import type { ReportCategory, ReportReceipt } from "../../sdk";
import { safetyText } from "../../text/safety";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";

/** What is reported: a message, or a person, of whom the moderators of a guild may be told. */
export interface ReportSubject {
  user: string;
  name: string;
  /** Whether moderators of a guild read the report, and not the operator. */
  isOfGuild: boolean;
  message?: { channel: string; seq: number; version?: number };
  guild?: string;
}

interface ReportDialogProps {
  subject: ReportSubject;
  onClose(): void;
}

const send = ({ user, guild, message }: ReportSubject, report: { category: ReportCategory; text: string }) =>
  message === undefined
    ? client.safety.reportPerson(user, report, guild)
    : client.safety.reportMessage(message, report);

export function ReportDialog({ subject, onClose }: ReportDialogProps) {
  const text = useText();
  const words = useWords(safetyText);
  const [category, setCategory] = useState<ReportCategory>("spam");
  const [said, setSaid] = useState("");
  const [receipt, setReceipt] = useState<ReportReceipt | null>(null);
  const [saving, save] = useSave();
  const isShort = countCodePoints(said.trim()) <= limits.reportCodePoints;
  const title = subject.message === undefined ? words.reportPerson(subject.name) : words.reportMessage;
  if (receipt !== null) return <Sent subject={subject} title={title} receipt={receipt} onClose={onClose} />;

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isShort || saving.state === "busy") return;
    void save(async () => setReceipt(await send(subject, { category, text: said })));
  };

  return (
    <Modal title={title} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={submit}>
        <div className="modal-body form">
          <p className="modal-hint">{words.reportHint[subject.isOfGuild ? "moderators" : "operator"]}</p>
          <SelectField
            label={words.category}
            value={category}
            onChange={(event) => setCategory(reportCategory.parse(event.target.value))}
          >
            {reportCategory.options.map((one) => (
              <option key={one} value={one}>
                {words.categories[one]}
              </option>
            ))}
          </SelectField>
          <Field
            label={words.text}
            value={said}
            onChange={(event) => setSaid(event.target.value)}
            hint={words.textHint}
            error={isShort ? undefined : words.textInvalid(limits.reportCodePoints)}
            autoComplete="off"
          />
          {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={saving.state === "busy"} disabled={!isShort}>
            {words.report}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}

interface SentProps extends ReportDialogProps {
  title: string;
  receipt: ReportReceipt;
}

function Sent({ subject, title, receipt, onClose }: SentProps) {
  const text = useText();
  const words = useWords(safetyText);
  const blocked = useStore(client.safety.blocked);
  const [saving, save] = useSave();
  const block = async () => {
    if (await save(() => client.safety.block(subject.user))) onClose();
  };
  return (
    <Modal title={title} className="modal-small" onClose={onClose}>
      <div className="modal-body">
        <p className="modal-hint" role="status">
          {receipt.duplicate ? words.sentBefore : words.sent}
        </p>
        {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      </div>
      <footer className="modal-foot">
        {!blocked.has(subject.user) && (
          <Button busy={saving.state === "busy"} onClick={() => void block()}>
            {words.alsoBlock(subject.name)}
          </Button>
        )}
        <Button look="primary" onClick={onClose}>
          {text.app.close}
        </Button>
      </footer>
    </Modal>
  );
}
