// The operator's reports, suspensions and log.
import { useState } from "react";
import { operatorLog, type Report, reportList, suspensionList } from "../../protocol";
import { adminText } from "../../text/admin";
import { safetyText } from "../../text/safety";
import { fullTime } from "../../text/times";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { nameOfPerson } from "../people/channel-face";
import { ReportItem } from "../safety/report-item";
import { commandOperator, failureOf, type OperatorFailure } from "./operator-request";
import { useOperatorList } from "./use-operator-list";

interface OperatorSafetyProps {
  token: string;
  explain(failure: OperatorFailure): string;
}

type Person = Report["user"];

export function OperatorSafety({ token, explain }: OperatorSafetyProps) {
  const text = useText();
  const locale = useLocale();
  const words = useWords(adminText);
  const safety = useWords(safetyText);
  const [state, setState] = useState<"open" | "resolved">("open");
  const reports = useOperatorList(token, `/v1/operator/reports?state=${state}`, reportList);
  const suspensions = useOperatorList(token, "/v1/operator/suspensions", suspensionList);
  const log = useOperatorList(token, "/v1/operator/log", operatorLog);
  const [asking, setAsking] = useState<Person | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const shown = failure ?? reports.failure ?? suspensions.failure ?? log.failure;

  const run = async (...command: Parameters<typeof commandOperator> extends [string, ...infer R] ? R : never) => {
    setBusy(true);
    setFailure(null);
    try {
      await commandOperator(token, ...command);
      for (const list of [reports, suspensions, log]) list.reload();
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
    setBusy(false);
  };
  const nameOf = (person: Person) => nameOfPerson(person, text);

  return (
    <>
      {shown && <Notice tone="danger">{explain(shown)}</Notice>}
      <section className="admin-words">
        <h2>{words.reports}</h2>
        <SelectField
          label={safety.reports.states}
          value={state}
          onChange={(event) => setState(event.target.value === "resolved" ? "resolved" : "open")}
        >
          <option value="open">{safety.reports.open}</option>
          <option value="resolved">{safety.reports.resolved}</option>
        </SelectField>
        {reports.page?.items.length === 0 && <p className="modal-hint">{safety.reports.none}</p>}
        <ul className="reports">
          {reports.page?.items.map((report) => (
            <ReportItem
              key={report.id}
              report={report}
              isBusy={isBusy}
              onResolve={(outcome) => void run("PUT", `/v1/operator/reports/${report.id}`, { outcome })}
            >
              {report.user.handle !== "" && (
                <Button look="danger" onClick={() => setAsking(report.user)}>
                  {words.suspend}
                </Button>
              )}
            </ReportItem>
          ))}
        </ul>
        {reports.page?.next != null && <Button onClick={() => void reports.more()}>{safety.reports.more}</Button>}
      </section>
      <section className="admin-words">
        <h2>{words.suspensions}</h2>
        {suspensions.page?.items.length === 0 && <p className="modal-hint">{words.noSuspensions}</p>}
        <ul className="reports">
          {suspensions.page?.items.map(({ user, at, reason }) => (
            <li key={user.id} className="report">
              <span className="person-words">
                <strong dir="auto">{nameOf(user)}</strong>
                <span>{[`@${user.handle}`, fullTime(at, locale)].join(" · ")}</span>
                {reason !== "" && <span dir="auto">{reason}</span>}
              </span>
              <div className="form-actions">
                <Button busy={isBusy} onClick={() => void run("DELETE", `/v1/operator/suspensions/${user.id}`)}>
                  {words.liftOf(nameOf(user))}
                </Button>
              </div>
            </li>
          ))}
        </ul>
        {suspensions.page?.next != null && (
          <Button onClick={() => void suspensions.more()}>{safety.reports.more}</Button>
        )}
      </section>
      <section className="admin-words">
        <h2>{words.log}</h2>
        {log.page?.items.length === 0 && <p className="modal-hint">{words.emptyLog}</p>}
        <ul className="admin-letters">
          {log.page?.items.map(({ id, at, kind, target, user, detail }) => (
            <li key={id}>
              <time dateTime={new Date(at).toISOString()}>{fullTime(at, locale)}</time>{" "}
              {words.actions[kind as keyof typeof words.actions] ?? kind}{" "}
              {user === null ? <code>{target}</code> : nameOf(user)} {detail}
            </li>
          ))}
        </ul>
        {log.page?.next != null && <Button onClick={() => void log.more()}>{safety.reports.more}</Button>}
      </section>
      {asking && (
        <SuspendDialog
          name={nameOf(asking)}
          onSuspend={async (reason) => {
            await run("PUT", `/v1/operator/suspensions/${asking.id}`, { reason });
            setAsking(null);
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </>
  );
}

interface SuspendDialogProps {
  name: string;
  onSuspend(reason: string): Promise<void>;
  onClose(): void;
}

function SuspendDialog({ name, onSuspend, onClose }: SuspendDialogProps) {
  const text = useText();
  const words = useWords(adminText);
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  return (
    <Modal title={words.suspendTitle(name)} className="modal-small" onClose={onClose}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          void onSuspend(reason).finally(() => setBusy(false));
        }}
      >
        <div className="modal-body form">
          <p className="modal-hint">{words.suspendHint}</p>
          <Field
            label={words.reason}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            hint={words.reasonHint}
            maxLength={300}
            autoComplete="off"
          />
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="danger" busy={isBusy}>
            {words.suspend}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
