import { Suspense } from "react";
import type { ChannelHandle } from "../../sdk";
import { lazyPart } from "../app/lazy-part";
import type { MessageActions } from "./message-actions";
import { MessageMenu } from "./message-menu";
import type { Overlay } from "./use-message-actions";

// Loaded on first use.
const EmojiPicker = lazyPart(() => import("../emoji/emoji-picker").then((module) => module.EmojiPicker));
const Versions = lazyPart(() => import("./versions").then((module) => module.Versions));
const Readers = lazyPart(() => import("./readers").then((module) => module.Readers));

interface OverlaysProps {
  overlay: Overlay;
  handle: ChannelHandle;
  actions: MessageActions;
  onClose(closing: Overlay): void;
}

export function Overlays({ overlay, handle, actions, onClose }: OverlaysProps) {
  const { kind, message } = overlay;
  const close = () => onClose(overlay);
  if (kind === "menu") return <MessageMenu message={message} point={overlay.point} actions={actions} onClose={close} />;
  return (
    <Suspense>
      {kind === "picker" && (
        <EmojiPicker point={overlay.point} onPick={(emoji) => actions.react(message, emoji)} onClose={close} />
      )}
      {kind === "versions" && <Versions handle={handle} message={message} onClose={close} />}
      {kind === "readers" && <Readers handle={handle} message={message} onClose={close} />}
    </Suspense>
  );
}
