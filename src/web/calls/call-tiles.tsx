// The participants of a call: all alike, or the speaker large and the others beside.
import type { ActiveCall } from "../../sdk";
import { callsText } from "../../text/calls";
import { useStore } from "../app/client";
import { useWords } from "../app/use-text";
import type { CallLayout } from "./call-controls";
import { Tile } from "./tile";
import { largeTile, type ShownTile, tilesOf } from "./tile-order";
import { useNames } from "./use-names";

export function CallTiles({ call, layout }: { call: ActiveCall; layout: CallLayout }) {
  const words = useWords(callsText);
  const nameOf = useNames();
  const { participants, speaker } = useStore(call.view);
  const tiles = tilesOf(participants);
  const large = layout === "speaker" ? largeTile(tiles, speaker) : undefined;
  const shown = ({ key, participant, isScreen }: ShownTile) => (
    <Tile
      key={key}
      participant={participant}
      name={participant.isMe ? words.you : nameOf(participant.user)}
      fullName={nameOf(participant.user)}
      isScreen={isScreen}
      onRetry={() => call.retry(participant.peer)}
    />
  );
  if (!large)
    return (
      <ul className="call-grid" data-count={tiles.length}>
        {tiles.map(shown)}
      </ul>
    );
  return (
    <div className="call-speaker">
      <ul className="call-large">{shown(large)}</ul>
      <ul className="call-strip">{tiles.filter((tile) => tile !== large).map(shown)}</ul>
    </div>
  );
}
