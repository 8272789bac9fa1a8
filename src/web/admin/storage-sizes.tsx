// How much the databases hold, and which channels are near the limit of their objects.
import { useEffect, useState } from "react";
import { storageState } from "../../protocol";
import { adminText } from "../../text/admin";
import { useLocale, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { askOperator, failureOf, type OperatorFailure } from "./operator-request";

type State = ReturnType<typeof storageState.parse>;

interface StorageSizesProps {
  token: string;
  explain(failure: OperatorFailure): string;
}

export function StorageSizes({ token, explain }: StorageSizesProps) {
  const words = useWords(adminText);
  const locale = useLocale();
  const [state, setState] = useState<State | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const size = (bytes: number) =>
    (bytes / 1e6).toLocaleString(locale, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

  useEffect(() => {
    let isOver = false;
    const settle = (act: () => void) => isOver || act();
    askOperator(token, "/v1/operator/storage", storageState).then(
      (answer) => settle(() => setState(answer)),
      (thrown: unknown) => settle(() => setFailure(failureOf(thrown))),
    );
    return () => {
      isOver = true;
    };
  }, [token]);

  return (
    <section className="admin-words">
      <h2>{words.storage}</h2>
      {failure && <Notice tone="danger">{explain(failure)}</Notice>}
      {state?.databases.map(({ name, bytes, isLarge }) =>
        isLarge ? (
          <Notice key={name} tone="danger">
            {words.storageWarning(name, size(bytes), size(state.maxBytes))}
          </Notice>
        ) : (
          <p key={name} className="modal-hint">
            {words.used(name, size(bytes), size(state.maxBytes))}
          </p>
        ),
      )}
      {state?.channels.length === 0 && <p className="modal-hint">{words.noLargeChats}</p>}
      {state?.channels.map(({ channel, bytes }) => (
        <Notice key={channel} tone="danger">
          {words.storageWarning(channel, size(bytes), size(state.maxBytes))}
        </Notice>
      ))}
    </section>
  );
}
