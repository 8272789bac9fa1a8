// The operator's page: what each channel costs, reports and suspensions. It needs the operator
// token and no account.
import { useEffect, useState } from "react";
import { adminText } from "../../text/admin";
import { useDocumentTitle } from "../app/document-state";
import { Wordmark } from "../app/logo";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import type { OperatorFailure } from "./operator-request";
import { OperatorSafety } from "./operator-safety";
import { PushHealth } from "./push-health";
import { StorageSizes, StorageWarnings, useStorageSizes } from "./storage-sizes";
import { TokenForm } from "./token-form";
import { UsageTable } from "./usage-table";
import { useUsages } from "./use-usages";
import "./admin.css";

const KEY = "parley.operator";

/**
 * Returns the stored token; null if session storage is blocked. The token then lives as long as the
 * page.
 */
function remembered(): string | null {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(token: string | null): void {
  try {
    if (token === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, token);
  } catch {
    // Storage is blocked.
  }
}

export function Admin() {
  const text = useText();
  const words = useWords(adminText);
  const [token, setToken] = useState(remembered);
  const { usages, reload, more } = useUsages(token);
  const { channels, next, pricesOf, state, failure } = usages;
  const isIn = pricesOf !== null;
  const [visit, setVisit] = useState(0);
  const storage = useStorageSizes(isIn ? token : null, visit);
  const isWrong = failure?.kind === "wrong-token";
  useDocumentTitle(0, words.title);

  // A wrong token is not stored.
  useEffect(() => {
    if (isWrong) remember(null);
  }, [isWrong]);

  const take = (taken: string | null) => {
    remember(taken);
    setToken(taken);
  };

  const reloadAll = () => {
    reload();
    setVisit((count) => count + 1);
  };

  const explainFailure = (reason: OperatorFailure): string => {
    if (reason.kind === "wrong-token") return words.wrongToken;
    if (reason.kind === "status") return words.failed(reason.status);
    return words[reason.kind];
  };

  return (
    <main className="admin">
      <header className="admin-head">
        <Wordmark />
        {isIn && (
          <div className="form-actions">
            <Button busy={state === "busy"} onClick={reloadAll}>
              {words.reload}
            </Button>
            <Button look="quiet" onClick={() => take(null)}>
              {words.forget}
            </Button>
          </div>
        )}
      </header>
      <StorageWarnings {...storage} />
      <div className="admin-words">
        <h1>{words.title}</h1>
        <p className="modal-hint">{words.hint}</p>
      </div>
      {!isIn && (
        <TokenForm
          isBusy={state === "busy"}
          problem={failure ? explainFailure(failure) : undefined}
          onToken={(typed) => (typed === token ? reload() : take(typed))}
        />
      )}
      {isIn && (
        <>
          {failure && <Notice tone="danger">{explainFailure(failure)}</Notice>}
          {channels.length === 0 ? (
            <p className="modal-hint">{words.nothing}</p>
          ) : (
            <UsageTable channels={channels} isWhole={next === null} />
          )}
          <footer className="admin-foot">
            {next !== null && (
              <Button busy={state === "busy"} onClick={more}>
                {failure ? text.app.retry : words.more}
              </Button>
            )}
            <p className="modal-hint">{words.pricesOf(pricesOf)}</p>
          </footer>
          <StorageSizes {...storage} explain={explainFailure} />
          {token !== null && <OperatorSafety key={`safety ${visit}`} token={token} explain={explainFailure} />}
          {token !== null && <PushHealth key={visit} token={token} explain={explainFailure} />}
        </>
      )}
    </main>
  );
}
