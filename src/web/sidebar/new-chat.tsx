import { User, Users } from "lucide-react";
import { useId, useState } from "react";
import type { Me } from "../../protocol";
import { newChatText } from "../../text/new-chat";
import { useText, useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { Segments } from "../controls/segments";
import { FindPerson } from "./find-person";
import { NewGroup } from "./new-group";

interface NewChatProps {
  me: Me;
  onOpened(channel: string): void;
  onClose(): void;
}

export function NewChat({ me, onOpened, onClose }: NewChatProps) {
  const text = useText();
  const words = useWords(newChatText);
  const id = useId();
  const [mode, setMode] = useState<"person" | "group">("person");
  return (
    <Modal title={mode === "group" ? text.groups.titleNew : words.title} className="modal-small" onClose={onClose}>
      <div className="modal-top">
        <Segments
          name={id}
          legend={text.groups.who}
          value={mode}
          onChange={setMode}
          choices={[
            { value: "person", label: text.groups.person, icon: User },
            { value: "group", label: text.groups.group, icon: Users },
          ]}
        />
      </div>
      {mode === "person" ? <FindPerson me={me} onOpened={onOpened} /> : <NewGroup me={me} onOpened={onOpened} />}
    </Modal>
  );
}
