// A channel on screen: who it is with, what was said, and where to write.
import { MessageCircleOff } from "lucide-react";
import { useCallback, useRef, useState } from "react";
import type { Me } from "../../protocol";
import type { MessageView } from "../../sdk";
import { routes, useRoute } from "../app/routes";
import { Composer } from "../composer/composer";
import { Blank } from "../controls/blank";
import { Button } from "../controls/button";
import { type ChannelFace, faceOf } from "../people/channel-face";
import type { Dictionary } from "../text/en";
import { useText } from "../text/language";
import { DeleteDialog } from "./delete-dialog";
import { ChatHeader } from "./header";
import { Skeleton } from "./skeleton";
import { Thread } from "./thread";
import { useChannel, useInboxEntry } from "./use-channel";
import { useStart } from "./use-start";

function placeholderOf(face: ChannelFace | null, text: Dictionary): string {
  if (face === null) return "";
  return face.kind === "notes" ? text.composer.placeholderNotes : text.composer.placeholder(face.name);
}

export function Chat({ id, me }: { id: string; me: Me }) {
  const text = useText();
  const { leaveTo } = useRoute();
  const { handle, view } = useChannel(id);
  const entry = useInboxEntry(id);
  const isReady = useStart(handle, view, entry, me.id);
  const [editing, setEditing] = useState<MessageView | null>(null);
  const [deleting, setDeleting] = useState<MessageView | null>(null);
  const composer = useRef<HTMLTextAreaElement>(null);
  const focusComposer = useCallback(() => composer.current?.focus(), []);

  const edit = useCallback((message: MessageView) => {
    setEditing(message);
    composer.current?.focus();
  }, []);

  const editLast = useCallback(() => {
    const last = handle.view
      .get()
      .messages.findLast((message) => message.author === me.id && message.seq !== null && message.text !== null);
    if (last) setEditing(last);
  }, [handle, me.id]);

  if (view.phase === "gone")
    return (
      <section className="chat">
        <Blank icon={MessageCircleOff} title={text.chats.gone} hint={text.chats.goneHint}>
          <Button onClick={() => leaveTo(routes.chats)}>{text.chats.goneAction}</Button>
        </Blank>
      </section>
    );

  const face = entry && faceOf(entry, me.id, text);

  return (
    <section className="chat" aria-label={face?.name}>
      <ChatHeader face={face} catchingUp={view.phase === "catching-up"} />
      {entry === null || !isReady ? (
        <Skeleton />
      ) : (
        <Thread
          handle={handle}
          view={view}
          entry={entry}
          me={me}
          onEdit={edit}
          onDelete={setDeleting}
          onLeave={focusComposer}
        />
      )}
      <Composer
        box={composer}
        channel={id}
        handle={handle}
        me={me.id}
        placeholder={placeholderOf(face, text)}
        editing={editing}
        onEditLast={editLast}
        onEditEnd={() => setEditing(null)}
        onDelete={setDeleting}
      />
      {deleting && (
        <DeleteDialog
          message={deleting}
          onClose={() => setDeleting(null)}
          onConfirm={() => {
            if (deleting.seq !== null) handle.remove(deleting.seq);
            setDeleting(null);
            setEditing(null);
          }}
        />
      )}
    </section>
  );
}
