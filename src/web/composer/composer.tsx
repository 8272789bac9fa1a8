// Where messages are written and changed. What is typed is never dropped: it is sent, kept as a draft, or refused with the text in place.
import { ArrowUp, Check } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { limits } from "../../protocol";
import type { ChannelHandle, MessageView } from "../../sdk";
import { useTouch } from "../app/viewport";
import { IconButton } from "../controls/icon-button";
import { useLocale, useText } from "../text/language";
import { explain } from "../text/problem";
import { Composition } from "./composition";
import { useDraft } from "./drafts";
import { EditBar } from "./edit-bar";
import { charactersLeft, isSendable, tidy } from "./length";
import { useGrowth } from "./use-growth";
import { useTypeAnywhere } from "./use-type-anywhere";

interface ComposerProps {
  box: RefObject<HTMLTextAreaElement | null>;
  channel: string;
  handle: ChannelHandle;
  me: string;
  placeholder: string;
  /** The message being changed, or null while writing a message of its own. */
  editing: MessageView | null;
  onEditLast(): void;
  onEditEnd(): void;
  onDelete(message: MessageView): void;
}

export function Composer({
  box,
  channel,
  handle,
  me,
  placeholder,
  editing,
  onEditLast,
  onEditEnd,
  onDelete,
}: ComposerProps) {
  const text = useText();
  const locale = useLocale();
  const touch = useTouch();
  const noteId = useId();
  const composition = useRef(new Composition());
  const [draft, setDraft] = useDraft(me, channel);
  const [change, setChange] = useState({ key: "", text: "" });
  const [problem, setProblem] = useState<string | null>(null);

  const changed = editing && change.key === editing.key ? change.text : (editing?.text ?? "");
  const typed = editing ? changed : draft;
  const left = charactersLeft(typed);
  useGrowth(box, typed);
  useTypeAnywhere(box);

  const editingKey = editing?.key;
  useEffect(() => {
    const element = box.current;
    if (!element || (touch && editingKey === undefined)) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, [box, touch, editingKey]);

  const write = (value: string) => {
    setProblem(null);
    if (editing) setChange({ key: editing.key, text: value });
    else setDraft(value);
  };

  const endEdit = () => {
    setProblem(null);
    setChange({ key: "", text: "" });
    onEditEnd();
  };

  const submit = () => {
    const said = tidy(typed);
    if (left !== null && left < 0)
      return setProblem(text.composer.tooLong(limits.messageCodePoints.toLocaleString(locale)));
    if (!isSendable(said)) return setProblem(text.composer.unsendable);
    try {
      if (editing) {
        if (said === "") return onDelete(editing);
        if (said !== editing.text && editing.seq !== null) handle.edit(editing.seq, said);
        endEdit();
      } else if (said !== "") {
        handle.send(said);
        setDraft("");
      }
    } catch (thrown) {
      setProblem(explain(thrown, text));
    }
    box.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (composition.current.owns(event.nativeEvent)) return;
    const sends = event.ctrlKey || event.metaKey || !(event.shiftKey || event.altKey || touch);
    if (event.key === "Enter" && sends) submit();
    else if (event.key === "Escape" && editing) endEdit();
    else if (event.key === "ArrowUp" && typed === "" && !editing) onEditLast();
    else return;
    event.preventDefault();
  };

  return (
    <form
      id="composer"
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {editing && <EditBar original={editing.text ?? ""} onCancel={endEdit} />}
      {problem && (
        <p className="composer-problem" role="alert">
          {problem}
        </p>
      )}
      <div className="composer-box">
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          aria-label={text.composer.label}
          aria-describedby={left === null ? undefined : noteId}
          aria-invalid={(left !== null && left < 0) || undefined}
          placeholder={placeholder}
          value={typed}
          enterKeyHint={touch ? "enter" : "send"}
          onChange={(event) => write(event.target.value)}
          onKeyDown={onKeyDown}
          onCompositionStart={() => composition.current.start()}
          onCompositionEnd={(event) => composition.current.end(event.timeStamp)}
        />
        {left !== null && (
          <span id={noteId} className="composer-left" data-over={left < 0 || undefined}>
            {left < 0
              ? text.composer.over((-left).toLocaleString(locale))
              : text.composer.left(left.toLocaleString(locale))}
          </span>
        )}
        <IconButton
          type="submit"
          icon={editing ? Check : ArrowUp}
          label={editing ? text.composer.save : text.composer.send}
          look="primary"
          aria-disabled={typed.trim() === "" && !editing}
          // The box keeps the focus, and a phone its keyboard.
          onPointerDown={(event) => event.preventDefault()}
        />
      </div>
    </form>
  );
}
