import { BellOff, Hourglass } from "lucide-react";
import { memo } from "react";
import { Link } from "wouter";
import { channelKinds, type Me, shownLine } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { cappedCount } from "../../text/count";
import { listTime } from "../../text/times";
import { client, useStore } from "../app/client";
import { routes } from "../app/routes";
import { useToday } from "../app/today";
import { isSilenced, mentionsIn, unreadOf } from "../app/unread";
import { useMoment } from "../app/use-moment";
import { useRoute } from "../app/use-route";
import { useLocale, useText } from "../app/use-text";
import { useDraftText } from "../composer/drafts";
import { alikeStore } from "../people/alike-people";
import { faceOf } from "../people/channel-face";
import { Face } from "../people/face";
import { PREVIEW_LENGTH, previewLine } from "../people/preview-line";

interface ChannelLinkProps {
  entry: InboxEntry;
  me: Me;
  isCurrent: boolean;
}

export const ChannelLink = memo(function ChannelLink({ entry, me, isCurrent }: ChannelLinkProps) {
  const text = useText();
  const locale = useLocale();
  const today = useToday();
  const { background } = useRoute();
  useStore(alikeStore);
  const blocked = useStore(client.safety.blocked);
  const draft = useDraftText(me.id, entry.id);
  const face = faceOf(entry, me.id, text);
  const { preview, at } = entry.row;
  const mentions = mentionsIn(entry.row);
  const unread = unreadOf(entry);
  const now = useMoment([entry.mutedUntil]);
  const muted = isSilenced(entry, now);

  const isPending = channelKinds[entry.kind].roster === "pair" && entry.pending.length > 0;
  /** A direct channel has no entries but messages: one without any had some. */
  const isEmptied = channelKinds[entry.kind].roster === "pair" && entry.row.head > 0;
  const emptyLine = isPending ? text.chats.pending : isEmptied ? text.chats.noneLeft : text.chats.noMessages;
  const isDraft = draft.trim() !== "" && !isCurrent;

  return (
    <Link
      href={routes.chat(entry.id)}
      className="channel-link"
      aria-current={isCurrent ? "page" : undefined}
      data-unread={(unread > 0 && !muted) || undefined}
      state={{ from: background }}
      replace={isCurrent}
    >
      <Face face={face} />
      <span className="channel-words">
        <span className="channel-top">
          <span className="channel-name" dir="auto">
            {face.name}
          </span>
          {muted && (
            <>
              <BellOff className="channel-muted" aria-hidden />
              <span className="unseen">{text.chats.muted}</span>
            </>
          )}
          {isPending && (
            <>
              <Hourglass className="channel-muted" aria-hidden />
              <span className="unseen">{text.chats.pending}</span>
            </>
          )}
          {face.handle && !face.isAlike && <span className="channel-handle">@{face.handle}</span>}
          {preview && (
            <time dateTime={new Date(at).toISOString()}>
              {listTime(preview.at, Math.max(today, preview.at), locale, text.chat.yesterday)}
            </time>
          )}
        </span>
        <span className="channel-bottom">
          {isDraft ? (
            <span className="channel-preview" dir="auto">
              <em>{text.chats.draft}</em> {shownLine(draft, PREVIEW_LENGTH)}
            </span>
          ) : (
            <span className="channel-preview" dir="auto">
              {previewLine(entry, me.id, text, blocked) ?? emptyLine}
            </span>
          )}
          {mentions > 0 && (
            <span className="badge" data-kind="mention">
              <span aria-hidden>@</span>
              <span className="unseen">{text.message.mentionsYou}</span>
            </span>
          )}
          {unread > 0 && (
            <span className="badge" data-kind={muted ? "muted" : undefined}>
              <span aria-hidden>{cappedCount(unread)}</span>
              <span className="unseen">{text.chats.unread(unread)}</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  );
});
