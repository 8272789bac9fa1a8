// One report, as moderators and the operator read it.
import type { ReactNode } from "react";
import type { Report, ReportOutcome } from "../../sdk";
import { safetyText } from "../../text/safety";
import { fullTime } from "../../text/times";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { nameOfPerson } from "../people/channel-face";
import { PersonFace } from "../people/person-face";
import "./reports.css";

interface ReportItemProps {
  report: Report;
  isBusy: boolean;
  onResolve(outcome: ReportOutcome): void;
  /** More to do about the person. */
  children?: ReactNode;
}

export function ReportItem({ report, isBusy, onResolve, children }: ReportItemProps) {
  const text = useText();
  const locale = useLocale();
  const words = useWords(safetyText);
  const { user, reporter, category, snapshot, createdAt, outcome, resolvedAt, resolvedBy } = report;
  const name = nameOfPerson(user, text);
  const details = [words.reports.by(nameOfPerson(reporter, text)), fullTime(createdAt, locale)];
  return (
    <li className="report" aria-label={words.reports.of(name)}>
      <div className="report-head">
        <PersonFace id={user.id} name={name} size="s" isGone={user.handle === ""} />
        <span className="person-words">
          <strong dir="auto">{name}</strong>
          <span>{[user.handle && `@${user.handle}`, words.categories[category]].filter(Boolean).join(" · ")}</span>
          <span>{details.join(" · ")}</span>
        </span>
      </div>
      {report.text !== "" && <p dir="auto">{report.text}</p>}
      {snapshot?.isDeleted && <p className="modal-hint">{words.reports.deleted}</p>}
      {snapshot !== null && snapshot.text !== "" && (
        <blockquote dir="auto">
          {snapshot.text}
          {snapshot.isCut && <em> {words.reports.cut}</em>}
        </blockquote>
      )}
      {snapshot?.attachments && <p className="modal-hint">{snapshot.attachments.name}</p>}
      {outcome !== null && resolvedAt !== null && (
        <p className="modal-hint">
          {[
            words.reports[outcome],
            resolvedBy === null ? words.reports.byOperator : words.reports.resolvedBy(nameOfPerson(resolvedBy, text)),
            fullTime(resolvedAt, locale),
          ].join(" · ")}
        </p>
      )}
      <div className="form-actions">
        {children}
        {outcome === null && (
          <>
            <Button busy={isBusy} onClick={() => onResolve("dismissed")}>
              {words.reports.dismiss}
            </Button>
            <Button look="primary" busy={isBusy} onClick={() => onResolve("actioned")}>
              {words.reports.action}
            </Button>
          </>
        )}
      </div>
    </li>
  );
}
