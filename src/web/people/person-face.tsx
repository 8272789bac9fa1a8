import { Avatar, type AvatarProps } from "./avatar";
import { PresenceMark } from "./presence";

/** The avatar of a person with their presence. */
export function PersonFace(props: AvatarProps) {
  return (
    <span className="face-person">
      <Avatar {...props} />
      {!props.isGone && <PresenceMark id={props.id} />}
    </span>
  );
}
