import { Hash, NotebookPen } from "lucide-react";
import { Avatar } from "./avatar";
import type { ChannelFace } from "./channel-face";
import { PersonFace } from "./person-face";

export function Face({ face, size = "m" }: { face: ChannelFace; size?: "s" | "m" | "l" }) {
  if (face.kind === "group")
    return (
      <span className="face-group">
        <Avatar id={face.id} name={face.name} size={size} />
      </span>
    );
  if (face.kind === "person") return <PersonFace id={face.id} name={face.name} size={size} isGone={face.isGone} />;
  return (
    <span className="avatar" data-tone={face.kind} data-size={size} aria-hidden>
      {face.kind === "channel" ? <Hash /> : <NotebookPen />}
    </span>
  );
}
