import { MessagesSquare } from "lucide-react";
import { useText } from "../app/use-text";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";

export function NoChannels({ onFind }: { onFind(): void }) {
  const text = useText();
  return (
    <EmptyState icon={MessagesSquare} title={text.chats.emptyTitle} hint={text.chats.emptyHint}>
      <Button look="primary" onClick={onFind}>
        {text.chats.emptyAction}
      </Button>
    </EmptyState>
  );
}
