import { useEffect, useRef, useState } from "react";
import type { CallParticipant } from "../../sdk";
import { callsText } from "../../text/calls";
import { useWords } from "../app/use-text";
import { useNames } from "./use-names";

/** Returns a sentence about who joined or left last, for screen readers. */
export function useArrivals(participants: readonly CallParticipant[]): string {
  const words = useWords(callsText);
  const nameOf = useNames();
  const before = useRef<readonly CallParticipant[]>(participants);
  const [news, setNews] = useState("");
  useEffect(() => {
    const known = before.current;
    before.current = participants;
    const isIn = (list: readonly CallParticipant[], { peer }: CallParticipant) => list.some((one) => one.peer === peer);
    const came = participants.filter((one) => !one.isMe && !isIn(known, one));
    const gone = known.filter((one) => !one.isMe && !isIn(participants, one));
    if (came.length + gone.length === 0) return;
    setNews(
      [...came.map(({ user }) => words.joined(nameOf(user))), ...gone.map(({ user }) => words.left(nameOf(user)))].join(
        " ",
      ),
    );
  }, [participants, words, nameOf]);
  return news;
}
