import { useText } from "../app/use-text";
import type { ChannelFace } from "../people/channel-face";
import { Face } from "../people/face";

/** The beginning of a channel's history. */
export function Intro({ face }: { face: ChannelFace }) {
  const text = useText();
  const lines = {
    notes: [text.chat.introNotes, text.chat.introNotesHint],
    person: [text.chat.introPerson(face.name), text.chat.introHint],
    channel: [text.servers.intro(face.name), text.servers.introHint],
    group: [text.groups.intro(face.name), text.groups.introHint],
  }[face.kind];
  return (
    <div className="intro">
      <Face face={face} size="l" />
      <p className="intro-line">{lines[0]}</p>
      <p>{lines[1]}</p>
    </div>
  );
}
