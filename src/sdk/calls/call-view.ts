// The participants of a call, as a program shows them.
import type { CallPeer } from "../../protocol";
import { SPEAKING_LEVEL, type SpeakerState } from "./active-speaker";
import type { LocalMediaView } from "./local-media";
import type { Mesh } from "./mesh";
import type { LocalTracks } from "./peer-pair";
import type { CallParticipant } from "./views";

export interface ParticipantSource {
  readonly peers: readonly CallPeer[];
  readonly own: number;
  readonly mesh: Mesh;
  readonly media: LocalMediaView;
  readonly hand: boolean;
  readonly speech: SpeakerState;
}

/** This device comes first, the others in the order in which they joined. */
export function participantsOf({ peers, own, mesh, media, hand, speech }: ParticipantSource): CallParticipant[] {
  const isSpeaking = (peer: number) => (speech.levels[peer] ?? 0) >= SPEAKING_LEVEL;
  const mine = peers.find(({ peer }) => peer === own);
  const others = peers.filter(({ peer }) => peer !== own);
  const me = mine && {
    ...{ peer: own, user: mine.user, isMe: true, phase: "connected" as const, bars: 3 as const, hand },
    ...{ muted: media.muted || media.tracks.voice === null, camera: media.camera, screen: media.screen },
    ...{ isSpeaking: !media.muted && isSpeaking(own), tracks: media.tracks },
  };
  return [
    ...(me ? [me] : []),
    ...others.map((peer) => participantOf(peer, mesh, !peer.muted && isSpeaking(peer.peer))),
  ];
}

function participantOf(
  { peer, user, muted, camera, screen, hand }: CallPeer,
  mesh: Mesh,
  isSpeaking: boolean,
): CallParticipant {
  const pair = mesh.pair(peer);
  const tracks: LocalTracks = {
    voice: pair?.received("voice") ?? null,
    camera: camera ? (pair?.received("camera") ?? null) : null,
    screen: screen ? (pair?.received("screen") ?? null) : null,
    screenSound: screen ? (pair?.received("screenSound") ?? null) : null,
  };
  return {
    ...{ peer, user, isMe: false, phase: pair?.phase ?? "connecting", bars: pair?.bars ?? 0 },
    ...{ muted, camera, screen, hand, isSpeaking, tracks },
  };
}
