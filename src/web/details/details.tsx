// The details of a channel: name and topic, notifications, pinned messages, members, and leaving.
import { Images } from "lucide-react";
import { channelKinds, type Me } from "../../protocol";
import type { ChannelHandle, InboxEntry } from "../../sdk";
import { channelFilesText } from "../../text/channel-files";
import { PanelFrame } from "../app/panel";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { ChannelMembers } from "../guild/channel-members";
import { faceOf } from "../people/channel-face";
import { PersonSection } from "../safety/person-section";
import { About } from "./about";
import { Leave } from "./leave";
import { Members } from "./members";
import { Notifications } from "./notifications";
import { Pins } from "./pins";

interface DetailsProps {
  entry: InboxEntry;
  handle: ChannelHandle;
  me: Me;
  /** Shows a message in the chat. */
  onJump(seq: number): void;
  onClose(): void;
}

export function Details({ entry, handle, me, onJump, onClose }: DetailsProps) {
  const text = useText();
  const words = useWords(channelFilesText);
  const { open } = useRoute();
  const isManaged = channelKinds[entry.kind].roster === "managed";
  const face = faceOf(entry, me.id, text);
  return (
    <PanelFrame title={text.groups.details} closeLabel={text.groups.closeDetails} onClose={onClose}>
      <div className="panel-body">
        <About entry={entry} me={me} />
        <Notifications entry={entry} />
        <Button className="details-files" onClick={() => open(routes.files(entry.id))}>
          <Images aria-hidden />
          {words.title}
        </Button>
        <Pins handle={handle} onJump={onJump} />
        {entry.guild !== undefined && <ChannelMembers entry={entry} guild={entry.guild} me={me} />}
        {face.kind === "person" && !face.isGone && <PersonSection id={face.id} name={face.name} me={me.id} />}
        {isManaged && <Members entry={entry} me={me} />}
        {isManaged && <Leave entry={entry} me={me} />}
      </div>
    </PanelFrame>
  );
}
