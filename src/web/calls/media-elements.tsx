// The elements that play tracks. The SDK's tracks are those of the browser here.
import { useEffect, useRef } from "react";
import type { MediaTrack } from "../../sdk";

const streamOf = (track: MediaTrack): MediaStream => new MediaStream([track as MediaStreamTrack]);

interface PictureProps {
  track: MediaTrack;
  label: string;
  /** Shown as in a mirror, as people expect of their own camera. */
  isMirrored?: boolean;
  isWhole?: boolean;
}

export function Picture({ track, label, isMirrored = false, isWhole = false }: PictureProps) {
  const element = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const video = element.current;
    if (!video) return;
    video.srcObject = streamOf(track);
    // Pictures without sound may always play. A pause ends with the next frame.
    video.play().catch(() => {});
    return () => {
      video.srcObject = null;
    };
  }, [track]);
  return (
    <video
      ref={element}
      className="call-picture"
      data-mirrored={isMirrored || undefined}
      data-whole={isWhole || undefined}
      aria-label={label}
      autoPlay
      playsInline
      muted
    />
  );
}

interface SoundProps {
  track: MediaTrack;
  /** The id of the loudspeaker; empty for the default one. */
  speaker: string;
  /** Changes when this person has allowed the sound, so that it is tried again. */
  attempt: number;
  onBlocked(): void;
}

type AudioWithOutput = HTMLAudioElement & { setSinkId?(id: string): Promise<void> };

export function PlayedSound({ track, speaker, attempt, onBlocked }: SoundProps) {
  const element = useRef<AudioWithOutput>(null);
  const blocked = useRef(onBlocked);
  blocked.current = onBlocked;
  useEffect(() => {
    const audio = element.current;
    if (audio) audio.srcObject = streamOf(track);
  }, [track]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt plays again.
  useEffect(() => {
    element.current?.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === "NotAllowedError") blocked.current();
    });
  }, [track, attempt]);
  useEffect(() => {
    // A loudspeaker that is gone leaves the sound on the default one.
    element.current?.setSinkId?.(speaker).catch(console.warn);
  }, [speaker]);
  // biome-ignore lint/a11y/useMediaCaption: a live call has no captions.
  return <audio ref={element} autoPlay />;
}
