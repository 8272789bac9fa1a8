import { useCallback, useEffect, useState } from "react";
import type { Session } from "../../protocol";
import { settingsText } from "../../text/settings";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { SessionRow } from "./session-row";

type LoadedSettings =
  | { state: "loading" }
  | { state: "loaded"; sessions: Session[] }
  | { state: "failed"; thrown: unknown };

export function Sessions() {
  const text = useText();
  const words = useWords(settingsText);
  const [loaded, setLoaded] = useState<LoadedSettings>({ state: "loading" });

  /** On how many chats the last session is still being ended. */
  const [pending, setPending] = useState(0);

  const load = useCallback(() => {
    client.accounts.sessions().then(
      (sessions) => setLoaded({ state: "loaded", sessions: newestFirst(sessions) }),
      (thrown: unknown) => setLoaded({ state: "failed", thrown }),
    );
  }, []);
  useEffect(load, [load]);
  const revoked = (left: number) => {
    setPending(left);
    load();
  };

  return (
    <Section title={words.sessions} hint={words.sessionsHint}>
      {pending > 0 && <Notice tone="calm">{words.stillEnding(pending)}</Notice>}
      {loaded.state === "loading" && <div className="session-skeleton" aria-hidden />}
      {loaded.state === "failed" && (
        <>
          <Notice tone="danger">{explain(loaded.thrown, text)}</Notice>
          <Button onClick={load}>{text.app.retry}</Button>
        </>
      )}
      {loaded.state === "loaded" && (
        <ul className="sessions">
          {loaded.sessions.map((session) => (
            <SessionRow key={session.id} session={session} onRevoked={revoked} />
          ))}
        </ul>
      )}
    </Section>
  );
}

const newestFirst = (sessions: readonly Session[]): Session[] =>
  sessions.toSorted((one, other) => Number(other.current) - Number(one.current) || other.seenAt - one.seenAt);
