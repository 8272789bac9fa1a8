import type { ChannelFace } from "../people/channel-face";
import { Face } from "../people/face";
import { useText } from "../text/language";

/** Where a channel's history begins. */
export function Intro({ face }: { face: ChannelFace }) {
  const text = useText();
  const isNotes = face.kind === "notes";
  return (
    <div className="intro">
      <Face face={face} size="l" />
      <p className="intro-line">{isNotes ? text.chat.introNotes : text.chat.introPerson(face.name)}</p>
      <p>{isNotes ? text.chat.introNotesHint : text.chat.introHint}</p>
    </div>
  );
}
