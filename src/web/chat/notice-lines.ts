// Notices of a channel as sentences. People whom one person added in a row share a sentence.
import { channelKinds } from "../../protocol";
import type { ChannelNotice } from "../../sdk";
import type { Dictionary } from "../../text/dictionary";
import type { Language } from "../../text/language";
import { callLine } from "../calls/call-line";
import type { ChannelContext } from "./channel-context";

export interface NoticeLine {
  key: number;
  at: number;
  text: string;
  /** Whether the line offers to call back. */
  callsBack?: boolean;
}

const isAdded = (notice: ChannelNotice) => notice.type === "member.joined" && notice.data.user !== notice.actor;

export function noticeLines(
  notices: readonly ChannelNotice[],
  { me, kind, name }: Pick<ChannelContext, "me" | "kind" | "name">,
  text: Dictionary,
  language: Language,
): NoticeLine[] {
  const lines: NoticeLine[] = [];
  const words = text.groups;
  const isOfGuild = channelKinds[kind].roster === "by_view";
  for (let i = 0; i < notices.length; i++) {
    const notice = notices[i];
    if (!notice) continue;
    const { actor } = notice;
    const isMine = actor === me;
    if (notice.type === "call.ended") {
      lines.push({ key: notice.seq, at: notice.at, ...callLine(notice, me, name, language) });
      continue;
    }
    const say = (sentence: string) => lines.push({ key: notice.seq, at: notice.at, text: sentence });
    if (notice.type === "member.joined") {
      if (!isAdded(notice)) {
        say(isMine ? (isOfGuild ? text.servers.youJoined : words.youJoined) : words.joined(name(actor)));
        continue;
      }
      const added = [name(notice.data.user)];
      for (let more = notices[i + 1]; more && isAdded(more) && more.actor === actor; more = notices[i + 1]) {
        if (more.type === "member.joined") added.push(name(more.data.user));
        i++;
      }
      say(isMine ? words.youAdded(added.join(", ")) : words.addedBy(name(actor), added.join(", ")));
    } else if (notice.type === "member.left") {
      const { user } = notice.data;
      if (user === actor) say(isMine ? words.youLeft : words.left(name(user)));
      else say(isMine ? words.youRemoved(name(user)) : words.removed(name(actor), name(user)));
    } else if (notice.type === "member.changed") {
      say(words.changedRole(name(notice.data.user), words.roles[notice.data.role]));
    } else {
      const { name: title } = notice.data;
      const { youChanged, changed } = isOfGuild
        ? text.servers
        : { youChanged: words.youChangedChannel, changed: words.changedChannel };
      say(isMine ? youChanged(title) : changed(name(actor), title));
    }
  }
  return lines;
}
