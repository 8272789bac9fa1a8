import { Suspense } from "react";
import type { OutgoingFile } from "../../sdk";
import { lazyPart } from "../app/lazy-part";

const VoiceBar = lazyPart(() => import("./voice-bar").then((module) => module.VoiceBar));

interface VoiceSlotProps {
  place: string;
  onSend(file: OutgoingFile): boolean;
  onEnd(): void;
}

/** The recording of a voice message, in the place of the composer's input. */
export function VoiceSlot(props: VoiceSlotProps) {
  return (
    <Suspense fallback={<div className="voice-bar" />}>
      <VoiceBar {...props} />
    </Suspense>
  );
}
