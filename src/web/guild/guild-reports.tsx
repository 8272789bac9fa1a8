// The reports of a guild, for its moderators.
import { useCallback, useEffect, useState } from "react";
import type { GuildHandle, Report, ReportOutcome } from "../../sdk";
import { safetyText } from "../../text/safety";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";
import { ReportItem } from "../safety/report-item";
import { ListSkeleton } from "../sidebar/list-skeleton";

type ReportState = "open" | "resolved";

export function GuildReports({ handle }: { handle: GuildHandle }) {
  const text = useText();
  const { reports: words } = useWords(safetyText);
  const [state, setState] = useState<ReportState>("open");
  const [reports, setReports] = useState<readonly Report[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const [saving, save] = useSave();
  const load = useCallback(async () => {
    try {
      setReports(await handle.moderation.reports(state));
      setProblem(null);
    } catch (thrown) {
      setProblem(thrown);
    }
  }, [handle, state]);
  useEffect(() => void load(), [load]);

  const resolve = async (id: string, outcome: ReportOutcome) => {
    if (await save(() => handle.moderation.resolveReport(id, outcome))) await load();
  };
  return (
    <div className="guild-members">
      <SelectField
        label={words.states}
        value={state}
        onChange={(event) => {
          setReports(null);
          setState(event.target.value === "resolved" ? "resolved" : "open");
        }}
      >
        <option value="open">{words.open}</option>
        <option value="resolved">{words.resolved}</option>
      </SelectField>
      {problem !== null && <Notice tone="danger">{explain(problem, text)}</Notice>}
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      {reports === null && problem === null && <ListSkeleton />}
      {reports?.length === 0 && <p className="modal-hint">{words.none}</p>}
      <ul className="reports">
        {reports?.map((report) => (
          <ReportItem
            key={report.id}
            report={report}
            isBusy={saving.state === "busy"}
            onResolve={(outcome) => void resolve(report.id, outcome)}
          />
        ))}
      </ul>
    </div>
  );
}
