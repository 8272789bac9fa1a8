import type { ChannelHandle, MessageView } from "../../sdk";
import { useStore } from "../app/client";
import { useText } from "../app/use-text";
import { Modal } from "../controls/modal";
import { Avatar } from "../people/avatar";
import { useChannelContext } from "./channel-context";

interface ReadersProps {
  handle: ChannelHandle;
  message: MessageView;
  onClose(): void;
}

/** Which members have read a message, and to whom it was only delivered. */
export function Readers({ handle, message, onClose }: ReadersProps) {
  const text = useText();
  const { members, me, name, fullName, isGone } = useChannelContext();
  const { reads, delivered } = useStore(handle.view);
  const seq = message.seq ?? Number.POSITIVE_INFINITY;
  const others = members.filter(({ id }) => id !== me && id !== message.author);
  const readers = others.filter(({ id }) => (reads[id] ?? 0) >= seq);
  const waiters = others.filter(({ id }) => (reads[id] ?? 0) < seq);
  const list = (people: typeof others) => (
    <ul className="people">
      {people.map(({ id, handle }) => (
        <li key={id} className="person">
          <Avatar id={id} name={fullName(id)} size="s" isGone={isGone(id)} />
          <span className="person-words">
            <strong dir="auto">{name(id)}</strong>
            {!isGone(id) && <span>@{handle}</span>}
          </span>
          {(reads[id] ?? 0) < seq && (delivered[id] ?? 0) >= seq && (
            <span className="tag">{text.message.delivered}</span>
          )}
        </li>
      ))}
    </ul>
  );
  return (
    <Modal title={text.message.readers} className="modal-small" onClose={onClose}>
      <div className="modal-body">
        {readers.length > 0 ? list(readers) : <p className="modal-hint">{text.message.nobodyYet}</p>}
        {waiters.length > 0 && (
          <>
            <h3 className="people-title">{text.message.waiters}</h3>
            {list(waiters)}
          </>
        )}
      </div>
    </Modal>
  );
}
