// The participants of a call: all alike, or the speaker large and the others beside.
import type { ActiveCall, CallParticipant } from "../../sdk";
import { callsText } from "../../text/calls";
import { useStore } from "../app/client";
import { useWords } from "../app/use-text";
import type { CallLayout } from "./call-controls";
import { Tile } from "./tile";
import { useNames } from "./use-names";

interface ShownTile {
  key: string;
  participant: CallParticipant;
  isScreen: boolean;
}

/** Returns the tiles: a screen is a tile of its own, and comes first. */
export function tilesOf(participants: readonly CallParticipant[]): ShownTile[] {
  const screens = participants.filter(({ tracks }) => tracks.screen !== null);
  return [
    ...screens.map((participant) => ({ key: `${participant.peer} screen`, participant, isScreen: true })),
    ...participants.map((participant) => ({ key: `${participant.peer}`, participant, isScreen: false })),
  ];
}

/** Returns the tile that is shown large: a screen of another person, else who spoke last. */
export function largeTile(tiles: readonly ShownTile[], speaker: number | null): ShownTile | undefined {
  return (
    tiles.find(({ isScreen, participant }) => isScreen && !participant.isMe) ??
    tiles.find(({ isScreen, participant }) => !isScreen && participant.peer === speaker) ??
    tiles.find(({ participant }) => !participant.isMe) ??
    tiles[0]
  );
}

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
