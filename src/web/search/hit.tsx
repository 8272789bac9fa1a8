import { MessagesSquare } from "lucide-react";
import { Link } from "wouter";
import type { Me, SearchHit } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { searchText } from "../../text/search";
import { fullTime, listTime } from "../../text/times";
import { routes } from "../app/routes";
import { useToday } from "../app/today";
import { useRoute } from "../app/use-route";
import { useLocale, useText, useWords } from "../app/use-text";
import { Avatar } from "../people/avatar";
import { faceOf, nameOf } from "../people/channel-face";
import { Face } from "../people/face";
import { placeName } from "../people/place-name";
import { splitExcerpt } from "./excerpt-pieces";

interface HitProps {
  hit: SearchHit;
  me: Me;
  /** The entry; null while the channel is not in the chat list. */
  entry: InboxEntry | null;
  /** Whether the search is limited to one chat, so that its name is left out. */
  isAlone: boolean;
  isCurrent: boolean;
}

export function Hit({ hit, me, entry, isAlone, isCurrent }: HitProps) {
  const text = useText();
  const words = useWords(searchText);
  const locale = useLocale();
  const today = useToday();
  const { open } = useRoute();
  const { channel, seq, author, at, thread, excerpt } = hit;
  const face = entry && faceOf(entry, me.id, text);
  const isMine = author === me.id;
  const authorName = isMine ? me.name : nameOf(entry?.members ?? [], author, text);
  const speaker = isMine ? text.chat.you : authorName;
  const address = routes.message(channel, seq, thread);
  const title = isAlone || entry === null ? speaker : placeName(entry, me.id, text);
  const hasSpeaker = !isAlone && face !== null && face.kind !== "notes" && (isMine || face.kind !== "person");
  return (
    <Link
      href={address}
      className="channel-link hit"
      data-hit
      aria-current={isCurrent ? "true" : undefined}
      // Keeps the search open, which following the link itself would not.
      onClick={(event) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
        event.preventDefault();
        open(address);
      }}
    >
      {isAlone || face === null ? <Avatar id={author} name={authorName} /> : <Face face={face} />}
      <span className="channel-words">
        <span className="channel-top">
          <span className="channel-name" dir="auto">
            {title}
          </span>
          <time dateTime={new Date(at).toISOString()} title={fullTime(at, locale)}>
            {listTime(at, Math.max(today, at), locale, text.chat.yesterday)}
          </time>
        </span>
        <span className="hit-text" dir="auto">
          {hasSpeaker && <span className="hit-speaker">{speaker}: </span>}
          {splitExcerpt(excerpt).map((piece) =>
            piece.isMarked ? <mark key={piece.at}>{piece.text}</mark> : <span key={piece.at}>{piece.text}</span>,
          )}
        </span>
        {thread !== null && (
          <span className="hit-thread">
            <MessagesSquare aria-hidden />
            {words.inThread}
          </span>
        )}
      </span>
    </Link>
  );
}
