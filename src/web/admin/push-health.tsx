// Whether notifications are delivered: the number of devices, and the jobs that were given up.
import { useEffect, useState } from "react";
import { pushState } from "../../protocol";
import { adminText } from "../../text/admin";
import { fullTime } from "../../text/times";
import { useLocale, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { askOperator, failureOf, type OperatorFailure } from "./operator-request";

type State = ReturnType<typeof pushState.parse>;

interface PushHealthProps {
  token: string;
  explain(failure: OperatorFailure): string;
}

export function PushHealth({ token, explain }: PushHealthProps) {
  const words = useWords(adminText);
  const locale = useLocale();
  const [state, setState] = useState<State | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);

  useEffect(() => {
    let isOver = false;
    const settle = (act: () => void) => isOver || act();
    askOperator(token, "/v1/operator/push", pushState).then(
      (answer) => settle(() => setState(answer)),
      (thrown: unknown) => settle(() => setFailure(failureOf(thrown))),
    );
    return () => {
      isOver = true;
    };
  }, [token]);

  return (
    <section className="admin-words">
      <h2>{words.push}</h2>
      {failure && <Notice tone="danger">{explain(failure)}</Notice>}
      {state && (
        <>
          <p className="modal-hint">
            {words.devices(state.devices.toLocaleString(locale), state.failing.toLocaleString(locale))}
          </p>
          {state.items.length === 0 ? (
            <p className="modal-hint">{words.noneGivenUp}</p>
          ) : (
            <ul className="admin-letters">
              {state.items.map(({ id, at, channel, detail }) => (
                <li key={id}>
                  <time dateTime={new Date(at).toISOString()}>{fullTime(at, locale)}</time> <code>{channel ?? id}</code>{" "}
                  {detail}
                </li>
              ))}
            </ul>
          )}
        </>
      )}
    </section>
  );
}
