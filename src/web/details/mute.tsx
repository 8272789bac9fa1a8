import { Bell, BellOff } from "lucide-react";
import { useState } from "react";
import { type InboxEntry, isMuted, MUTED_FOREVER, type MuteEnd } from "../../sdk";
import { detailsText } from "../../text/details";
import { clockTime, fullTime } from "../../text/times";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useMoment } from "../app/use-moment";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { type Point, pointBelow } from "../controls/floating";
import { Menu } from "../controls/menu";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { MORNING_HOUR, MUTE_HOURS, type MuteLength, muteEnd, muteLengths } from "./mute-times";

const DAY_MS = 86_400_000;

export function Mute({ entry }: { entry: InboxEntry }) {
  const text = useText();
  const { notifications: words } = useWords(detailsText);
  const locale = useLocale();
  const [menu, setMenu] = useState<Point | null>(null);
  const [saving, save] = useSave();
  const now = useMoment([entry.mutedUntil]);
  const mute = (end: MuteEnd) => void save(() => client.mute(entry.id, end));

  const labels: Record<MuteLength, string> = {
    hour: words.forHours(MUTE_HOURS.hour),
    workday: words.forHours(MUTE_HOURS.workday),
    tomorrow: words.untilTomorrow(MORNING_HOUR),
    forever: words.forever,
  };
  const when = () => {
    if (entry.mutedUntil >= MUTED_FOREVER) return words.forGood;
    const isSoon = entry.mutedUntil - now < DAY_MS && new Date(now).getDate() === new Date(entry.mutedUntil).getDate();
    return words.until((isSoon ? clockTime : fullTime)(entry.mutedUntil, locale));
  };

  return (
    <>
      {isMuted(entry, now) ? (
        <div className="mute">
          <p>
            <BellOff aria-hidden />
            {when()}
          </p>
          <Button busy={saving.state === "busy"} onClick={() => mute({ until: 0 })}>
            {words.unmute}
          </Button>
        </div>
      ) : (
        <div className="mute">
          <Button
            busy={saving.state === "busy"}
            aria-haspopup="menu"
            onClick={(event) => setMenu(pointBelow(event.currentTarget))}
          >
            <Bell aria-hidden />
            {words.mute}
          </Button>
        </div>
      )}
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      {menu && (
        <Menu
          label={words.mute}
          point={menu}
          choices={muteLengths.map((length) => ({
            icon: BellOff,
            label: labels[length],
            run: () => mute(muteEnd(length)),
          }))}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  );
}
