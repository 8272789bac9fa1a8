import { Suspense } from "react";
import { channelKinds } from "../../protocol";
import type { ChannelHandle } from "../../sdk";
import { client } from "../app/client";
import { lazyPart } from "../app/lazy-part";
import { useChannelContext } from "./channel-context";
import type { MessageActions } from "./message-actions";
import { MessageMenu } from "./message-menu";
import type { Overlay } from "./use-message-actions";

// Loaded on first use.
const EmojiPicker = lazyPart(() => import("../emoji/emoji-picker").then((module) => module.EmojiPicker));
const Versions = lazyPart(() => import("./versions").then((module) => module.Versions));
const Readers = lazyPart(() => import("./readers").then((module) => module.Readers));
const ForwardDialog = lazyPart(() => import("../forward/forward-dialog").then((module) => module.ForwardDialog));
const ReportDialog = lazyPart(() => import("../safety/report-dialog").then((module) => module.ReportDialog));
const BlockDialog = lazyPart(() => import("../safety/block-dialog").then((module) => module.BlockDialog));

const PurgeDialog = lazyPart(() => import("../guild/purge-dialog").then((module) => module.PurgeDialog));

interface OverlaysProps {
  overlay: Overlay;
  handle: ChannelHandle;
  actions: MessageActions;
  onClose(closing: Overlay): void;
}

export function Overlays({ overlay, handle, actions, onClose }: OverlaysProps) {
  const { kind, message } = overlay;
  const close = () => onClose(overlay);
  const { fullName, guild, kind: channelKind, me } = useChannelContext();
  const isOfGuild = channelKinds[channelKind].roster === "by_view";
  const author = { user: message.author, name: fullName(message.author), isOfGuild };
  const seen = message.body && { version: message.body.version };
  if (kind === "menu") return <MessageMenu message={message} point={overlay.point} actions={actions} onClose={close} />;
  return (
    <Suspense>
      {kind === "picker" && (
        <EmojiPicker point={overlay.point} onPick={(emoji) => actions.react(message, emoji)} onClose={close} />
      )}
      {kind === "forward" && <ForwardDialog message={message} me={me} onClose={close} />}
      {kind === "report" && message.seq !== null && (
        <ReportDialog
          subject={{ ...author, message: { channel: handle.id, seq: message.seq, ...seen } }}
          onClose={close}
        />
      )}
      {kind === "purge" && guild !== null && (
        <PurgeDialog
          {...{ handle: client.guilds.of(guild), user: author.user, name: author.name, channel: handle.id }}
          onClose={close}
        />
      )}
      {kind === "block" && <BlockDialog user={author.user} name={author.name} onClose={close} />}
      {kind === "versions" && <Versions handle={handle} message={message} onClose={close} />}
      {kind === "readers" && <Readers handle={handle} message={message} onClose={close} />}
    </Suspense>
  );
}
