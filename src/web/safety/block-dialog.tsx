import { safetyText } from "../../text/safety";
import { client } from "../app/client";
import { useWords } from "../app/use-text";
import { Confirm } from "../controls/confirm";

/** Asks before a person is blocked, because the rest of a chat with them disappears. */
export function BlockDialog({ user, name, onClose }: { user: string; name: string; onClose(): void }) {
  const words = useWords(safetyText);
  return (
    <Confirm
      title={words.blockTitle(name)}
      hint={words.blockHint}
      action={words.blockAction}
      onConfirm={async () => {
        await client.safety.block(user);
        onClose();
      }}
      onClose={onClose}
    />
  );
}
