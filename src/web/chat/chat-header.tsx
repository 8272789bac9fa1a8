import { ChevronLeft, PanelRight, Search } from "lucide-react";
import type { InboxEntry } from "../../sdk";
import type { Panel } from "../app/address";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { CallButtons } from "../calls/call-buttons";
import { IconButton } from "../controls/icon-button";
import type { ChannelFace } from "../people/channel-face";
import { Face } from "../people/face";
import { PresenceLine } from "../people/presence";

interface ChatHeaderProps {
  id: string;
  face: ChannelFace | null;
  entry: InboxEntry | null;
  catchingUp: boolean;
  panel: Panel;
}

export function ChatHeader({ id, face, entry, catchingUp, panel }: ChatHeaderProps) {
  const text = useText();
  const narrow = useNarrow();
  const { open, leaveTo, search, startSearch, changeSearch } = useRoute();
  const isOpen = panel?.kind === "details";

  const searchHere = () => {
    if (search !== null && !narrow) changeSearch({ ...search, channel: id });
    else startSearch({ text: "", channel: id, order: "newest" }, narrow ? "instead" : "beside");
  };

  const about = () => {
    if (catchingUp) return text.chat.catchingUp;
    if (face?.kind === "person" && face.handle === null) return "";
    if (face?.kind === "person")
      return (
        <>
          <PresenceLine id={face.id} />@{face.handle}
        </>
      );
    if (face?.kind === "notes") return text.chats.notesHint;
    if (face?.kind === "channel" && entry?.members.length === 0) return entry.topic;
    const members = text.groups.members(entry?.members.length ?? 0);
    return entry?.topic ? `${members} · ${entry.topic}` : members;
  };

  return (
    <header className="chat-header">
      {narrow && (
        <IconButton
          icon={ChevronLeft}
          label={text.app.back}
          onClick={() => leaveTo(entry?.guild === undefined ? routes.chats : routes.guild(entry.guild))}
        />
      )}
      {face && (
        <>
          <Face face={face} />
          <div className="chat-title">
            <h1 dir="auto">{face.name}</h1>
            <p dir="auto">{about()}</p>
          </div>
          {entry && !face.isGone && <CallButtons entry={entry} />}
          <IconButton icon={Search} label={text.chats.searchHere} onClick={searchHere} />
          <IconButton
            icon={PanelRight}
            label={isOpen ? text.groups.closeDetails : text.groups.details}
            aria-expanded={isOpen}
            onClick={() => (isOpen ? leaveTo(routes.chat(id)) : open(routes.details(id)))}
          />
        </>
      )}
    </header>
  );
}
