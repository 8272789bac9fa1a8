import { Hand, Link2Off, MessageCircle } from "lucide-react";
import type { Me } from "../../protocol";
import { isolated } from "../../text/person-name";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { useCopy } from "../controls/use-copy";
import { useText } from "./use-text";

/** An address that leads nowhere: a link that was cut or changed. */
export function UnknownAddress({ onLeave }: { onLeave(): void }) {
  const text = useText();
  return (
    <EmptyState icon={Link2Off} title={text.chats.unknownAddress} hint={text.chats.unknownAddressHint}>
      <Button onClick={onLeave}>{text.chats.goneAction}</Button>
    </EmptyState>
  );
}

/** The second pane of a wide screen while no chat is open. */
export function NoChat({ me, isFirstTime }: { me: Me; isFirstTime: boolean }) {
  const text = useText();
  const [copied, copy] = useCopy();
  if (!isFirstTime) return <EmptyState icon={MessageCircle} title={text.chats.pickTitle} hint={text.chats.pickHint} />;
  return (
    <EmptyState icon={Hand} title={text.chats.welcome(isolated(me.name))} hint={text.chats.welcomeHint(me.handle)}>
      <Button onClick={() => copy(`@${me.handle}`)}>{copied ? text.app.copied : text.chats.copyHandle}</Button>
    </EmptyState>
  );
}
