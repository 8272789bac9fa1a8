// What calls use on this device, and a test of the connection.
import { CircleCheck, CircleX } from "lucide-react";
import { useId, useState } from "react";
import { type AddressPolicy, areCallsPossible, type ConnectionTestResult } from "../../sdk";
import { callsText } from "../../text/calls";
import { client, useStore } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { useCallPreferences } from "../calls/call-stage";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { Segments } from "../controls/segments";
import { useSave } from "../controls/use-save";

const policies: readonly AddressPolicy[] = ["default", "relay", "all"];

export function CallSettings() {
  const id = useId();
  const { settings: words } = useWords(callsText);
  const server = useStore(client.server);
  const { policy, setPolicy } = useCallPreferences();
  if (!server?.features.includes("calls")) return null;
  return (
    <Section title={words.title} hint={words.hint}>
      <Segments
        name={id}
        legend={words.address}
        value={policy}
        onChange={setPolicy}
        choices={policies.map((value) => ({ value, label: words.policies[value] }))}
      />
      <p className="modal-hint">{words.addressHint}</p>
      {areCallsPossible() ? <ConnectionTest /> : <Notice tone="danger">{words.unsupported}</Notice>}
    </Section>
  );
}

/** Shows which ways out of this network work, and says plainly where the server lacks a relay. */
function ConnectionTest() {
  const text = useText();
  const { settings: words } = useWords(callsText);
  const [testing, run] = useSave();
  const [result, setResult] = useState<ConnectionTestResult | null>(null);
  const test = () =>
    void run(async () => {
      setResult(null);
      setResult(await client.calls.testConnection());
    });
  const isBusy = testing.state === "busy";
  const rows: [string, boolean | null][] = result
    ? [
        [words.local, result.local],
        [words.direct, result.direct],
        [words.relay, result.relay === "missing" ? null : result.relay === "works"],
      ]
    : [];
  const isGood = result !== null && (result.direct || result.relay === "works");
  return (
    <div className="call-test">
      <Button busy={isBusy} onClick={test}>
        {isBusy ? words.testing : words.test}
      </Button>
      {testing.state === "failed" && <Notice tone="danger">{explain(testing.thrown, text)}</Notice>}
      {result && (
        <>
          <ul>
            {rows.map(([way, works]) => (
              <li key={way}>
                {works === true ? <CircleCheck aria-hidden /> : <CircleX aria-hidden />}
                {`${way}: ${works === true ? words.works : words.fails}`}
              </li>
            ))}
          </ul>
          {result.relay === "missing" && <Notice tone="calm">{words.missing}</Notice>}
          <Notice tone={isGood ? "calm" : "danger"}>{isGood ? words.ok : words.bad}</Notice>
        </>
      )}
    </div>
  );
}
