// The links to a group or to me: a form that makes one, and the list of those that are valid.
import { type ReactNode, useCallback, useEffect, useState } from "react";
import type { Invite, InviteOptions } from "../../sdk";
import { invitesText } from "../../text/invites";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Notice } from "../controls/notice";
import { InviteForm } from "./invite-form";
import { InviteRow } from "./invite-row";
import "./invites.css";

interface InviteLinksProps {
  list(): Promise<Invite[]>;
  create(options: InviteOptions): Promise<Invite>;
  /** Returns the name of who made an invite; null where all are of the same person. */
  makerOf(invite: Invite): string | null;
  mayRevoke(invite: Invite): boolean;
  /** Returns what else a link does. */
  detailOf?(invite: Invite): ReactNode;
  /** Further fields of the form. */
  children?: ReactNode;
}

type LoadedInvites =
  | { state: "loading" }
  | { state: "loaded"; invites: Invite[] }
  | { state: "failed"; thrown: unknown };

export function InviteLinks({ list, create, makerOf, mayRevoke, detailOf, children }: InviteLinksProps) {
  const text = useText();
  const words = useWords(invitesText);
  const [loaded, setLoaded] = useState<LoadedInvites>({ state: "loading" });
  const load = useCallback(() => {
    list().then(
      (invites) => setLoaded({ state: "loaded", invites }),
      (thrown: unknown) => setLoaded({ state: "failed", thrown }),
    );
  }, [list]);
  useEffect(load, [load]);
  const change = (next: (invites: Invite[]) => Invite[]) =>
    setLoaded((before) => (before.state === "loaded" ? { ...before, invites: next(before.invites) } : before));

  return (
    <div className="invite-links">
      <InviteForm create={create} onCreated={(invite) => change((invites) => [invite, ...invites])}>
        {children}
      </InviteForm>
      <h3>{words.links}</h3>
      {loaded.state === "loading" && <div className="session-skeleton" aria-hidden />}
      {loaded.state === "failed" && (
        <>
          <Notice tone="danger">{explain(loaded.thrown, text)}</Notice>
          <Button onClick={load}>{text.app.retry}</Button>
        </>
      )}
      {loaded.state === "loaded" && loaded.invites.length === 0 && <p className="modal-hint">{words.none}</p>}
      {loaded.state === "loaded" && (
        <ul className="invites">
          {loaded.invites.map((invite) => (
            <InviteRow
              key={invite.code}
              invite={invite}
              maker={makerOf(invite)}
              detail={detailOf?.(invite)}
              mayRevoke={mayRevoke(invite)}
              onRevoked={(code) => change((invites) => invites.filter((one) => one.code !== code))}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
