import { MessagesSquare } from "lucide-react";
import { Blank } from "../controls/blank";
import { Button } from "../controls/button";
import { useText } from "../text/use-text";

export function NoChannels({ onFind }: { onFind(): void }) {
  const text = useText();
  return (
    <Blank icon={MessagesSquare} title={text.chats.emptyTitle} hint={text.chats.emptyHint}>
      <Button look="primary" onClick={onFind}>
        {text.chats.emptyAction}
      </Button>
    </Blank>
  );
}
