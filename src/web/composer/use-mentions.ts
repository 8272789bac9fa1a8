// The popup after an "@": the mention at the caret, the candidates, and the keys that choose one.
import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useRef, useState } from "react";
import { channelKinds } from "../../protocol";
import { useChannelContext } from "../chat/channel-context";
import {
  candidatesFor,
  completeMention,
  excessMentions,
  type MentionCandidate,
  type MentionQuery,
  mentionAt,
  mentionName,
} from "./mention";

export function useMentions(box: RefObject<HTMLTextAreaElement | null>, typed: string, write: (text: string) => void) {
  const id = useId();
  const { kind, members, roles, me, may, isGone } = useChannelContext();
  /** Where every message notifies, a mention adds nothing. */
  const offersMentions = channelKinds[kind].notifications.atOnce === "mentions";
  const [query, setQuery] = useState<MentionQuery | null>(null);
  const [chosen, setChosen] = useState(0);
  /** Whether the person chose in the list with the arrow keys. */
  const [hasMoved, setMoved] = useState(false);
  /** The position of the "@" whose list the person closed. */
  const dismissed = useRef<number | null>(null);
  const caret = useRef<number | null>(null);

  const others = members.filter(({ id }) => id !== me && !isGone(id));
  const candidates = query && offersMentions ? candidatesFor(query.typed, others, may("mention_all"), roles) : [];
  /** How many people the text mentions, if they are too many to send it; otherwise null. */
  const excess = offersMentions && !may("mention_all") ? excessMentions(typed, members, roles) : null;
  const isOpen = query !== null && candidates.length > 0;

  useLayoutEffect(() => {
    if (dismissed.current !== null && typed[dismissed.current] !== "@") dismissed.current = null;
    if (caret.current === null || box.current?.value !== typed) return;
    box.current.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  }, [box, typed]);

  /** Call it when the text or the caret changes. */
  const update = () => {
    const element = box.current;
    if (!element) return;
    const isCaret = element.selectionStart === element.selectionEnd;
    const at = isCaret ? mentionAt(element.value, element.selectionEnd, members) : null;
    if (at?.at !== dismissed.current) dismissed.current = null;
    const found = dismissed.current === null ? at : null;
    if (found?.at !== query?.at || found?.typed !== query?.typed) {
      setQuery(found);
      setChosen(0);
      setMoved(false);
    }
  };

  /**
   * Returns whether Enter completes the mention. Enter sends a text with nothing after its "@", and
   * a mention that is complete already.
   */
  const completes = (candidate: MentionCandidate): boolean =>
    hasMoved ||
    (query !== null && query.typed !== "" && query.typed.toLowerCase() !== mentionName(candidate).toLowerCase());

  const choose = (candidate: MentionCandidate) => {
    if (!query) return;
    const completed = completeMention(typed, query, candidate);
    caret.current = completed.caret;
    setQuery(null);
    write(completed.text);
    box.current?.focus();
  };

  /**
   * Returns whether the popup used the key. The caller has checked that no input method owns it.
   */
  const handlesKey = (event: KeyboardEvent): boolean => {
    if (!isOpen || event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const candidate = candidates[chosen];
    if (step !== undefined) {
      setChosen((chosen + step + candidates.length) % candidates.length);
      setMoved(true);
    } else if (candidate && (event.key === "Tab" || (event.key === "Enter" && completes(candidate)))) choose(candidate);
    else if (event.key === "Escape") {
      dismissed.current = query?.at ?? null;
      setQuery(null);
    } else return false;
    return true;
  };

  return { id, isOpen, excess, candidates, chosen, choose, update, handlesKey, close: () => setQuery(null) };
}
