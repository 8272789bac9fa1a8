import { UserPlus } from "lucide-react";
import { useState } from "react";
import type { InboxEntry } from "../../sdk";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText } from "../app/use-text";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { PersonField } from "../people/person-field";

export function AddMember({ entry }: { entry: InboxEntry }) {
  const text = useText();
  const [status, setStatus] = useState("");
  const [saving, save] = useSave();
  return (
    <div className="add-member">
      <PersonField
        label={text.groups.addPerson}
        icon={UserPlus}
        isTaken={(id) => entry.members.some((member) => member.id === id)}
        onFound={async ({ id, name }) => {
          setStatus("");
          if (await save(() => client.putMember(entry.id, id))) setStatus(text.groups.joined(name));
        }}
      />
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <p className="unseen" role="status">
        {status}
      </p>
    </div>
  );
}
