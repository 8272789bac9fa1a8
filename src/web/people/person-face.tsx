import { Avatar, type AvatarProps } from "./avatar";
import { PresenceMark } from "./presence";

/** Somebody's face, and whether they are there. */
export function PersonFace(props: AvatarProps) {
  return (
    <span className="face-person">
      <Avatar {...props} />
      {!props.isGone && <PresenceMark id={props.id} />}
    </span>
  );
}
