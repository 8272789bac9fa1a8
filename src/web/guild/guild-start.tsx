// The address of a guild without a channel. A wide screen opens a channel at once; a narrow one
// shows the list, beside which this pane is hidden.
import { Hash, Link2Off } from "lucide-react";
import { useEffect } from "react";
import { useLocation } from "wouter";
import { guildsText } from "../../text/guilds";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useWords } from "../app/use-text";
import { useNarrow } from "../app/viewport";
import { Button } from "../controls/button";
import { EmptyState } from "../controls/empty-state";
import { firstChannelOf } from "./channel-order";
import { lastChannelOf } from "./last-channels";
import { useGuild } from "./use-guild";

export function GuildStart({ id }: { id: string }) {
  const { start: words } = useWords(guildsText);
  const narrow = useNarrow();
  const [, navigate] = useLocation();
  const { leaveTo } = useRoute();
  const { view, phase } = useGuild(id);
  const first = view && firstChannelOf(view, lastChannelOf(id));

  useEffect(() => {
    if (!narrow && first) navigate(routes.chat(first) + window.location.hash, { replace: true });
  }, [narrow, first, navigate]);

  if (phase === "gone")
    return (
      <EmptyState icon={Link2Off} title={words.gone} hint={words.goneHint}>
        <Button onClick={() => leaveTo(routes.chats)}>{words.goneAction}</Button>
      </EmptyState>
    );
  if (view && first === null) return <EmptyState icon={Hash} title={words.noChannels} hint={words.noChannelsHint} />;
  return null;
}
