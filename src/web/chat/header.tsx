import { ChevronLeft } from "lucide-react";
import { routes, useRoute } from "../app/routes";
import { useNarrow } from "../app/viewport";
import { IconButton } from "../controls/icon-button";
import type { ChannelFace } from "../people/channel-face";
import { Face } from "../people/face";
import { useText } from "../text/language";

export function ChatHeader({ face, catchingUp }: { face: ChannelFace | null; catchingUp: boolean }) {
  const text = useText();
  const narrow = useNarrow();
  const { leaveTo } = useRoute();
  return (
    <header className="chat-header">
      {narrow && <IconButton icon={ChevronLeft} label={text.app.back} onClick={() => leaveTo(routes.chats)} />}
      {face && (
        <>
          <Face face={face} />
          <div className="chat-title">
            <h1 dir="auto">{face.name}</h1>
            <p>{catchingUp ? text.chat.catchingUp : face.handle ? `@${face.handle}` : text.chats.notesHint}</p>
          </div>
        </>
      )}
    </header>
  );
}
