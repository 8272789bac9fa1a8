import type { MessageView } from "../../sdk";

/** The names of a message's attachments, one a line. */
export function Attachments({ attachments }: Pick<MessageView, "attachments">) {
  if (attachments.length === 0) return null;
  return (
    <ul className="attachments">
      {attachments.map(({ id, name }) => (
        <li key={id} dir="auto">
          {name}
        </li>
      ))}
    </ul>
  );
}
