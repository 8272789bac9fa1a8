import type { Attachment } from "../../sdk";

/** The names of attachments, one a line. Those of an earlier version may be deleted. */
export function FileNames({ attachments }: { attachments: readonly Attachment[] }) {
  if (attachments.length === 0) return null;
  return (
    <ul className="file-names">
      {attachments.map(({ id, name }) => (
        <li key={id} dir="auto">
          {name}
        </li>
      ))}
    </ul>
  );
}
