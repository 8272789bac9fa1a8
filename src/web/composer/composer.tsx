// The input for messages. Typed text is never lost: it is sent, kept as a draft, or refused with
// the text in place.
import { ArrowUp, Check, Mic } from "lucide-react";
import { type KeyboardEvent, type RefObject, useEffect, useId, useRef, useState } from "react";
import { type KeptAttachment, limits } from "../../protocol";
import type { MessageView, OutgoingFile, SlowModeView } from "../../sdk";
import { filesText } from "../../text/files";
import { moderationText } from "../../text/moderation";
import { voiceText } from "../../text/voice";
import { errorTexts, explain } from "../app/explain";
import { serverNow } from "../app/use-moment";
import { useLocale, useText, useWords } from "../app/use-text";
import { useTouch } from "../app/viewport";
import type { ComposerTask } from "../chat/use-composer-task";
import { IconButton } from "../controls/icon-button";
import { AttachButton } from "../files/attach-button";
import { EditedFiles, useEditedFiles } from "../files/edited-files";
import { hasRecording, placeOf } from "../files/kept-recordings";
import { TrayList } from "../files/tray-list";
import type { Tray } from "../files/use-tray";
import { VoiceSlot } from "../files/voice-slot";
import { useDraft } from "./drafts";
import { Composition } from "./input-composition";
import { MentionList } from "./mention-list";
import { charactersLeft, isSendable, trimMessage } from "./message-length";
import { SlowModeLine } from "./slow-mode-line";
import { TaskBar } from "./task-bar";
import { TypingLine } from "./typing-line";
import { useAutoHeight } from "./use-auto-height";
import { useMentions } from "./use-mentions";
import { useTypeAnywhere } from "./use-type-anywhere";

interface ComposerProps {
  id: string;
  box: RefObject<HTMLTextAreaElement | null>;
  channel: string;
  /** The root of the thread; null for the channel itself. */
  thread: number | null;
  me: string;
  label: string;
  placeholder: string;
  /** The message that is edited or answered; null for a new message. */
  task: ComposerTask;
  /** Slow mode, if it binds this person. */
  slowMode: SlowModeView | null;
  /** Who else is typing here. */
  typing: readonly string[];
  /** Whether typing outside of any input goes to this composer. */
  isMain?: boolean;
  /** Called when the text changes. */
  onTyping(): void;
  /** The files of a new message; null if this person may not send any here. */
  tray: Tray | null;
  onSend(text: string, replyTo: number | undefined, files: readonly OutgoingFile[]): void;
  /** `kept`: the attachments that stay, if not all of them do or the text is empty. */
  onEdit(seq: number, text: string, kept?: KeptAttachment[]): void;
  onEditLast(): void;
  /** Called while the draft answers a message, until the message is loaded. */
  onReplyTo(seq: number): void;
  /** Called when the edit or the reply has ended. */
  onEnd(): void;
  onDelete(message: MessageView): void;
  onShow(seq: number): void;
}

export function Composer(props: ComposerProps) {
  const { id, box, channel, thread, me, label, placeholder, task, tray, isMain = true, onReplyTo } = props;
  const text = useText();
  const { slowMode: slowWords } = useWords(moderationText);
  const { record } = useWords(voiceText);
  const { shrinkingWait } = useWords(filesText);
  const locale = useLocale();
  const touch = useTouch();
  const noteId = useId();
  const composition = useRef(new Composition());
  const [draft, setDraft] = useDraft(me, channel, thread);
  /**
   * The text of an input method's composition. A draft from another device must not end the
   * composition.
   */
  const composing = useRef<string | null>(null);
  const [change, setChange] = useState({ key: "", text: "" });
  const [problem, setProblem] = useState<string | null>(null);
  const place = placeOf(channel, thread);
  const [isRecording, setRecording] = useState(() => hasRecording(place));

  const editing = task?.kind === "edit" ? task.message : null;
  const replying = task?.kind === "reply" ? task.message : null;
  const edited = useEditedFiles(editing);
  const changed = editing && change.key === editing.key ? change.text : (editing?.text ?? "");
  const typed = editing ? changed : (composing.current ?? draft.text);
  const left = charactersLeft(typed);
  const isTooLong = left !== null && left < 0;
  useAutoHeight(box, typed);
  useTypeAnywhere(box, isMain);

  const taskKey = task && `${task.kind} ${task.message.key}`;
  useEffect(() => {
    const element = box.current;
    if (!element || (touch && taskKey === null)) return;
    element.focus();
    element.setSelectionRange(element.value.length, element.value.length);
  }, [box, touch, taskKey]);

  const { replyTo } = draft;
  /** The seq that the message answers, also while that message is not loaded. */
  const answered = replying ? replying.seq : replyTo;
  useEffect(() => {
    if (task === null && replyTo !== null) onReplyTo(replyTo);
  });

  const write = (value: string) => {
    setProblem(null);
    if (editing) return setChange({ key: editing.key, text: value });
    setDraft({ text: value, replyTo: answered });
    if (value.trim() !== "") props.onTyping();
  };

  /** Ends a composition, so that the input method adds nothing to the text that replaces it. */
  const endComposition = () => {
    const element = box.current;
    if (!element || !composition.current.isActive) return;
    element.blur();
    composition.current.take(performance.now());
    composing.current = null;
    element.focus({ preventScroll: true });
  };

  const mentions = useMentions(box, typed, (value) => {
    endComposition();
    write(value);
  });

  const number = (count: number) => count.toLocaleString(locale);
  const tooManyMentions =
    mentions.excess === null
      ? null
      : text.composer.mentions(number(mentions.excess), number(limits.mentionsPerMessage));
  const charactersNote =
    left === null ? null : isTooLong ? text.composer.over(number(-left)) : text.composer.left(number(left));
  /** What is wrong with the length or the mentions, or how much room is left. */
  const note = isTooLong ? charactersNote : (tooManyMentions ?? charactersNote);

  const end = () => {
    setProblem(null);
    setChange({ key: "", text: "" });
    edited.forget();
    if (replying && replyTo !== null) setDraft({ text: draft.text, replyTo: null });
    props.onEnd();
  };

  const submit = () => {
    endComposition();
    mentions.close();
    const message = trimMessage(box.current?.value ?? typed);
    if (isTooLong) return setProblem(text.composer.tooLong(number(limits.messageCodePoints)));
    if (mentions.excess !== null) return setProblem(errorTexts(text).too_many_mentions);
    if (!editing && props.slowMode !== null && props.slowMode.nextAt > serverNow()) return setProblem(slowWords.wait);
    if (!isSendable(message)) return setProblem(text.composer.unsendable);
    try {
      if (editing) {
        if (message === "" && edited.kept.length === 0)
          return editing.state === "deleted" ? end() : props.onDelete(editing);
        const kept = message === "" || edited.isChanged ? [edited.kept] : [];
        if ((message !== editing.text || edited.isChanged) && editing.seq !== null)
          props.onEdit(editing.seq, message, ...kept);
        end();
      } else if (tray && tray.files.length > 0) {
        if (tray.isBusy) return setProblem(shrinkingWait);
        const to = answered ?? undefined;
        tray
          .take()
          .then((files) => props.onSend(message, to, files))
          .catch((thrown: unknown) => setProblem(explain(thrown, text)));
        setDraft({ text: "", replyTo: null });
        if (replying) props.onEnd();
      } else if (message !== "") {
        props.onSend(message, answered ?? undefined, []);
        setDraft({ text: "", replyTo: null });
        if (replying) props.onEnd();
      }
    } catch (thrown) {
      setProblem(explain(thrown, text));
    }
    box.current?.focus();
  };

  /** Returns whether the recording was sent. */
  const sendRecording = (file: OutgoingFile): boolean => {
    const isEarly = props.slowMode !== null && props.slowMode.nextAt > serverNow();
    setProblem(isEarly ? slowWords.wait : null);
    if (isEarly) return false;
    props.onSend("", answered ?? undefined, [file]);
    setDraft({ text: draft.text, replyTo: null });
    if (replying) props.onEnd();
    return true;
  };

  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    if (composition.current.owns(event.nativeEvent)) return;
    if (mentions.handlesKey(event)) return event.preventDefault();
    const sends = event.ctrlKey || event.metaKey || !(event.shiftKey || event.altKey || touch);
    if (event.key === "Enter" && sends) submit();
    else if (event.key === "Escape" && task) end();
    else if (event.key === "ArrowUp" && typed === "" && !task) props.onEditLast();
    else return;
    event.preventDefault();
  };

  // The microphone stands beside the send button: a second tap on "send" must not record.
  const isEmpty = tray !== null && !editing && typed.trim() === "" && tray.files.length === 0;
  const isVoice = isRecording && tray !== null && !editing;

  return (
    <form
      id={id}
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <TypingLine users={props.typing} />
      {props.slowMode && !editing && <SlowModeLine slowMode={props.slowMode} />}
      {task && <TaskBar task={task} onShow={props.onShow} onCancel={end} />}
      {problem && (
        <p className="composer-problem" role="alert">
          {problem}
        </p>
      )}
      {mentions.isOpen && (
        <MentionList
          id={mentions.id}
          candidates={mentions.candidates}
          chosen={mentions.chosen}
          onChoose={mentions.choose}
        />
      )}
      {tray && !editing && <TrayList tray={tray} />}
      <EditedFiles edited={edited} />
      {isVoice && <VoiceSlot place={place} onSend={sendRecording} onEnd={() => setRecording(false)} />}
      <div className="composer-box" hidden={isVoice}>
        {tray && !editing && <AttachButton tray={tray} />}
        <textarea
          ref={box}
          rows={1}
          dir="auto"
          aria-label={label}
          aria-autocomplete="list"
          aria-controls={mentions.isOpen ? mentions.id : undefined}
          aria-activedescendant={mentions.isOpen ? `${mentions.id}-${mentions.chosen}` : undefined}
          aria-describedby={note === null ? undefined : noteId}
          aria-invalid={isTooLong || mentions.excess !== null || undefined}
          placeholder={placeholder}
          value={typed}
          enterKeyHint={touch ? "enter" : "send"}
          onChange={({ target, nativeEvent, timeStamp }) => {
            if (composition.current.isRepeated(target.value, timeStamp)) return;
            const isComposing = "isComposing" in nativeEvent && nativeEvent.isComposing === true;
            composing.current = isComposing ? target.value : null;
            write(target.value);
            mentions.update();
          }}
          onSelect={mentions.update}
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            if (!tray || editing || files.length === 0) return;
            event.preventDefault();
            tray.add(files);
          }}
          onBlur={mentions.close}
          onKeyDown={onKeyDown}
          onCompositionStart={() => composition.current.start()}
          onCompositionUpdate={(event) => composition.current.update(event.data)}
          onCompositionEnd={(event) => {
            composing.current = null;
            composition.current.end(event.timeStamp);
          }}
        />
        {note !== null && (
          <span id={noteId} className="composer-left" data-over={isTooLong || mentions.excess !== null || undefined}>
            {note}
          </span>
        )}
        {isEmpty && <IconButton icon={Mic} label={record} onClick={() => setRecording(true)} />}
        <IconButton
          type="submit"
          icon={editing ? Check : ArrowUp}
          label={editing ? text.composer.save : text.composer.send}
          look="primary"
          aria-disabled={typed.trim() === "" && !editing && !tray?.files.length}
          // The textarea keeps the focus, and a phone keeps its keyboard.
          onPointerDown={(event) => event.preventDefault()}
        />
      </div>
    </form>
  );
}
