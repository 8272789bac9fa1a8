// The pane that a link `/i/<code>` opens for a person who is signed in.
import { ChevronLeft, Link2Off } from "lucide-react";
import { useEffect, useRef } from "react";
import type { InviteDestination, InvitePreview } from "../../sdk";
import { invitesText } from "../../text/invites";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { useCopy } from "../controls/use-copy";
import { useSave } from "../controls/use-save";
import { InviteTarget } from "./invite-target";
import { useInvitePreview } from "./use-invite-preview";
import "./invites.css";

export function JoinPage({ code }: { code: string }) {
  const text = useText();
  const words = useWords(invitesText);
  const narrow = useNarrow();
  const { leaveTo } = useRoute();
  const [invite, retry] = useInvitePreview(code);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const toChats = () => leaveTo(routes.chats);
  return (
    <section className="join" aria-label={words.page}>
      <header className="chat-header">
        {narrow && <IconButton icon={ChevronLeft} label={text.app.back} onClick={toChats} />}
        <div className="chat-title">
          <h1 ref={heading} tabIndex={-1}>
            {words.page}
          </h1>
        </div>
      </header>
      {invite.state === "found" && <JoinCard code={code} preview={invite.preview} />}
      {invite.state === "invalid" && (
        <EmptyState icon={Link2Off} title={words.invalidTitle} hint={words.invalidHint}>
          <Button onClick={toChats}>{text.chats.goneAction}</Button>
        </EmptyState>
      )}
      {invite.state === "failed" && (
        <div className="join-card">
          <Notice tone="danger">{explain(invite.thrown, text)}</Notice>
          <Button onClick={retry}>{text.app.retry}</Button>
        </div>
      )}
    </section>
  );
}

/** Returns the address of a channel, or of a guild without a channel; null for neither. */
function addressOf({ channel, guild }: InviteDestination): string | null {
  if (channel !== null) return routes.chat(channel);
  return guild === null ? null : routes.guild(guild);
}

/** The invite and the one thing to do: enter, open the chat that exists, or copy my own link. */
function JoinCard({ code, preview }: { code: string; preview: InvitePreview }) {
  const text = useText();
  const words = useWords(invitesText);
  const { leaveTo } = useRoute();
  const [entering, enter] = useSave();
  const [copied, copy] = useCopy();
  const { kind, isOwn } = preview;
  const { channel = null, guild = null } = preview;
  const inside = addressOf({ channel, guild });
  const toEnter = { group: words.join, person: words.write, guild: words.joinGuild }[kind];

  return (
    <div className="join-card">
      <InviteTarget preview={preview} heading="h2" />
      {inside !== null && <p className="modal-hint">{kind === "person" ? words.isChat : words.isMember}</p>}
      {isOwn && <p className="modal-hint">{words.isOwn}</p>}
      {entering.state === "failed" && <Notice tone="danger">{explain(entering.thrown, text)}</Notice>}
      {isOwn ? (
        <Button look="primary" onClick={() => copy(client.invites.linkOf({ code }))}>
          {copied ? text.app.copied : words.copyLink}
        </Button>
      ) : inside !== null ? (
        <Button look="primary" onClick={() => leaveTo(inside)}>
          {guild === null ? words.goTo : words.goToGuild}
        </Button>
      ) : (
        <Button
          look="primary"
          busy={entering.state === "busy"}
          onClick={() => void enter(async () => leaveTo(addressOf(await client.invites.use(code)) ?? routes.chats))}
        >
          {toEnter}
        </Button>
      )}
    </div>
  );
}
