import { invitesText } from "../../text/invites";
import { client } from "../app/client";
import { useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { InviteLinks } from "./invite-links";

const list = () => client.invites.mine();

/** The dialog with the links to a chat with me. */
export function MyInvites({ onClose }: { onClose(): void }) {
  const words = useWords(invitesText);
  return (
    <Modal title={words.titleMine} onClose={onClose}>
      <div className="modal-body">
        <p className="modal-hint">{words.hintMine}</p>
        <InviteLinks
          list={list}
          create={(options) => client.invites.createMine(options)}
          makerOf={() => null}
          mayRevoke={() => true}
        />
      </div>
    </Modal>
  );
}
