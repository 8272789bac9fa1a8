// Which tiles a call has, and which of them is large.
import type { CallParticipant } from "../../sdk";

export interface ShownTile {
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
