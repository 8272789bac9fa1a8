// What every card of a person offers: to block and to report them.
import { Flag, UserRoundCheck, UserRoundX } from "lucide-react";
import { type ReactNode, Suspense, useState } from "react";
import { safetyText } from "../../text/safety";
import { client, useStore } from "../app/client";
import { lazyPart } from "../app/lazy-part";
import { useWords } from "../app/use-text";
import type { Choice } from "../controls/menu";

const ReportDialog = lazyPart(() => import("./report-dialog").then((module) => module.ReportDialog));
const BlockDialog = lazyPart(() => import("./block-dialog").then((module) => module.BlockDialog));

interface PersonSafety {
  /** The choices of a menu; none for this person themselves. */
  choices: Choice[];
  /** The dialog that a choice has opened. */
  dialog: ReactNode;
}

/** `guild`: where the person was met; null outside of guilds. `me`: who uses the page. */
export function usePersonSafety(person: { id: string; name: string }, me: string, guild: string | null): PersonSafety {
  const words = useWords(safetyText);
  const blocked = useStore(client.safety.blocked);
  const [open, setOpen] = useState<"block" | "report" | null>(null);
  const { id, name } = person;
  if (id === me) return { choices: [], dialog: null };
  const close = () => setOpen(null);
  const place = guild === null ? { isOfGuild: false } : { isOfGuild: true, guild };
  const block: Choice = blocked.has(id)
    ? { icon: UserRoundCheck, label: words.unblock, run: () => void client.safety.unblock(id).catch(console.warn) }
    : { icon: UserRoundX, label: words.block, tone: "danger", run: () => setOpen("block") };
  const report: Choice = { icon: Flag, label: words.report, tone: "danger", run: () => setOpen("report") };
  return {
    choices: [block, report],
    dialog: (
      <Suspense>
        {open === "block" && <BlockDialog user={id} name={name} onClose={close} />}
        {open === "report" && <ReportDialog subject={{ user: id, name, ...place }} onClose={close} />}
      </Suspense>
    ),
  };
}
