import { useCallback } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry, Invite, InviteOptions } from "../../sdk";
import { invitesText } from "../../text/invites";
import { client } from "../app/client";
import { useText, useWords } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Modal } from "../controls/modal";
import { faceOf, nameOf } from "../people/channel-face";
import { InviteLinks } from "./invite-links";

/** The dialog with the links to a group. */
export function GroupInvites({ entry, me, onClose }: { entry: InboxEntry; me: Me; onClose(): void }) {
  const text = useText();
  const words = useWords(invitesText);
  const { may } = useChannelContext();
  const { id, members } = entry;
  const list = useCallback(() => client.invites.ofGroup(id), [id]);
  const create = (options: InviteOptions) => client.invites.createForGroup(id, options);
  const isMine = ({ createdBy }: Invite) => createdBy === me.id;
  return (
    <Modal title={words.titleGroup(faceOf(entry, me.id, text).name)} onClose={onClose}>
      <div className="modal-body">
        <p className="modal-hint">{words.hintGroup}</p>
        <InviteLinks
          list={list}
          create={create}
          makerOf={({ createdBy }) => nameOf(members, createdBy, text)}
          mayRevoke={(invite) => isMine(invite) || may("manage")}
        />
      </div>
    </Modal>
  );
}
