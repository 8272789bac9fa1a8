import { LogOut } from "lucide-react";
import { useState } from "react";
import type { Me } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { detailsText } from "../../text/details";
import { client } from "../app/client";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Confirm } from "../controls/confirm";

export function Leave({ entry, me }: { entry: InboxEntry; me: Me }) {
  const { leaveTo } = useRoute();
  const [asking, setAsking] = useState(false);
  const role = entry.roster.find(({ user }) => user.id === me.id)?.role;
  const isLast = entry.roster.length === 1;
  const { members: words } = useWords(detailsText);
  return (
    <div className="leave">
      <Button look="danger" onClick={() => setAsking(true)}>
        <LogOut aria-hidden />
        {words.leave}
      </Button>
      {asking && (
        <Confirm
          title={words.leaveTitle(entry.name)}
          hint={role === "owner" && !isLast ? words.ownerLeaves : words.leaveHint}
          action={words.leave}
          onConfirm={async () => {
            await client.leave(entry.id);
            leaveTo(routes.chats);
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}
