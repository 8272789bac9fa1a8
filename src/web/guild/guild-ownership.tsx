import { useState } from "react";
import { limits, type Me } from "../../protocol";
import { type GuildHandle, type GuildView, isGone } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { isolated } from "../../text/person-name";
import { fullTime } from "../../text/times";
import { explain } from "../app/explain";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Confirm } from "../controls/confirm";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { useGuildMembers } from "./use-guild";

const DAY_MS = 86_400_000;

interface GuildOwnershipProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
  onDone(): void;
}

/** What only the owner may do: hand the guild over, delete it, and cancel that. */
export function GuildOwnership({ handle, view, me, onDone }: GuildOwnershipProps) {
  const text = useText();
  const locale = useLocale();
  const { settings: words, deletion } = useWords(guildsText);
  const members = useGuildMembers(handle);
  const [heir, setHeir] = useState("");
  const [asking, setAsking] = useState<"transfer" | "delete" | null>(null);
  const [saving, save] = useSave();
  const others = (members ?? []).filter(({ user }) => user.id !== me.id && !isGone(user));
  const chosen = others.find(({ user }) => user.id === heir)?.user ?? null;

  return (
    <Section title={words.owner} hint={words.ownerHint}>
      {others.length > 0 && view.deleteAt === null && (
        <div className="form-line form">
          <SelectField label={words.transferTo} value={heir} onChange={(event) => setHeir(event.target.value)}>
            <option value="" />
            {others.map(({ user }) => (
              <option key={user.id} value={user.id}>
                {nameOfPerson(user, text)} (@{user.handle})
              </option>
            ))}
          </SelectField>
          <Button disabled={chosen === null} onClick={() => setAsking("transfer")}>
            {words.transfer}
          </Button>
        </div>
      )}
      {view.deleteAt === null ? (
        <Button look="danger" className="settings-action" onClick={() => setAsking("delete")}>
          {words.delete}
        </Button>
      ) : (
        <Notice tone="danger">
          <p>{deletion.banner(fullTime(view.deleteAt, locale))}</p>
          {saving.state === "failed" && <p>{explain(saving.thrown, text)}</p>}
          <Button
            className="ownership-cancel"
            busy={saving.state === "busy"}
            onClick={() => void save(() => handle.restore())}
          >
            {deletion.cancel}
          </Button>
        </Notice>
      )}
      {asking === "transfer" && chosen && (
        <Confirm
          title={words.transferTitle(nameOfPerson(chosen, text))}
          hint={words.transferHint}
          action={words.transfer}
          onConfirm={async () => {
            await handle.transfer(chosen.id);
            onDone();
          }}
          onClose={() => setAsking(null)}
        />
      )}
      {asking === "delete" && (
        <Confirm
          title={words.deleteTitle(isolated(view.name))}
          hint={words.deleteHint(Math.round(limits.guildDeletionMs / DAY_MS))}
          action={words.delete}
          onConfirm={async () => {
            await handle.delete();
            setAsking(null);
          }}
          onClose={() => setAsking(null)}
        />
      )}
    </Section>
  );
}
