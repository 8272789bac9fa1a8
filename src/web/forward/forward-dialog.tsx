// Chooses the chats to which a message is forwarded, and a text that goes with it.
import { type FormEvent, useState } from "react";
import { isMessageText, limits } from "../../protocol";
import type { MessageView } from "../../sdk";
import { type InboxEntry, ParleyError } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import { forwardText } from "../../text/forward";
import { client, useStore } from "../app/client";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { type ChannelFace, faceOf } from "../people/channel-face";
import { messageLine } from "../people/content-line";
import { Face } from "../people/face";
import { PersonSearch, wantedIn } from "../people/person-search";
import { forward } from "./forwarding";
import "./forward.css";

interface ForwardDialogProps {
  message: MessageView;
  me: string;
  onClose(): void;
}

/** The most chats that get a message at once. */
const TARGETS_MAX = 10;
/** The most chats that the list shows; the others are searched. */
const SHOWN_MAX = 100;
const PREVIEW_LENGTH = 200;

interface Target {
  id: string;
  face: ChannelFace;
}

/** Returns the chats to which a person could write, the newest first. */
function targetsOf(entries: readonly InboxEntry[], me: string, text: Dictionary, blocked: ReadonlySet<string>) {
  const known = new Set<string>();
  const targets: Target[] = [];
  for (const entry of entries) {
    const face = faceOf(entry, me, text);
    if (known.has(entry.id) || face.isGone || (face.kind === "person" && blocked.has(face.id))) continue;
    known.add(entry.id);
    targets.push({ id: entry.id, face });
  }
  return targets;
}

function isWantedTarget({ face: { name, handle } }: Target, typed: string): boolean {
  return `${name.normalize("NFC").toLowerCase()} ${handle ?? ""}`.includes(wantedIn(typed).toLowerCase());
}

type Result = { failed: readonly string[]; forwarded: number; isOffline: boolean };

export function ForwardDialog({ message, me, onClose }: ForwardDialogProps) {
  const text = useText();
  const locale = useLocale();
  const words = useWords(forwardText);
  const inbox = useStore(client.inbox) ?? [];
  const ofGuilds = useStore(client.guildChannels);
  const blocked = useStore(client.safety.blocked);
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [comment, setComment] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [result, setResult] = useState<Result | null>(null);
  const targets = targetsOf([...inbox, ...ofGuilds], me, text, blocked);
  const shown = targets.filter((target) => isWantedTarget(target, typed)).slice(0, SHOWN_MAX);
  const isFull = chosen.size >= TARGETS_MAX;
  const said = comment.trim();
  const isSendable = chosen.size > 0 && (said === "" || isMessageText(said));

  const toggle = (id: string) => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isSendable || isBusy) return;
    setBusy(true);
    setResult(null);
    const failed: string[] = [];
    let isOffline = false;
    for (const id of chosen)
      try {
        await forward(message, id, said);
      } catch (thrown) {
        failed.push(id);
        isOffline ||= thrown instanceof ParleyError && thrown.code === "offline";
      }
    if (failed.length === 0) return onClose();
    setResult({ failed, forwarded: chosen.size - failed.length, isOffline });
    setChosen(new Set(failed));
    setBusy(false);
  };
  const names = (ids: readonly string[]) =>
    new Intl.ListFormat(locale).format(ids.map((id) => targets.find((target) => target.id === id)?.face.name ?? "…"));

  return (
    <Modal title={words.title} className="modal-small" onClose={onClose}>
      <form noValidate onSubmit={(event) => void submit(event)}>
        <div className="modal-body form">
          <p className="forward-preview" dir="auto">
            {messageLine(message, PREVIEW_LENGTH, text)}
          </p>
          <PersonSearch label={words.search} typed={typed} onType={setTyped} />
          <fieldset className="forward-targets" aria-label={words.targets}>
            {shown.map(({ id, face }) => (
              <label key={id} className="forward-target">
                <input
                  type="checkbox"
                  checked={chosen.has(id)}
                  disabled={isBusy || (isFull && !chosen.has(id))}
                  onChange={() => toggle(id)}
                />
                <Face face={face} size="s" />
                <span dir="auto">{face.name}</span>
                {face.handle !== null && <small>@{face.handle}</small>}
              </label>
            ))}
            {shown.length === 0 && <p className="modal-hint">{words.none}</p>}
          </fieldset>
          {isFull && (
            <p className="modal-hint" role="status">
              {words.tooMany(TARGETS_MAX)}
            </p>
          )}
          <Field
            label={words.comment}
            hint={words.commentHint}
            value={comment}
            maxLength={limits.messageCodePoints}
            onChange={(event) => setComment(event.target.value)}
            autoComplete="off"
          />
          {result && (
            <Notice tone="danger">
              {result.isOffline ? words.unavailable : words.failed(names(result.failed))}
              {result.forwarded > 0 && ` ${words.partly(result.forwarded)}`}
            </Notice>
          )}
        </div>
        <footer className="modal-foot">
          <Button onClick={onClose}>{text.app.cancel}</Button>
          <Button type="submit" look="primary" busy={isBusy} disabled={!isSendable}>
            {words.send(chosen.size)}
          </Button>
        </footer>
      </form>
    </Modal>
  );
}
