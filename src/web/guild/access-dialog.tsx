// What a channel or a category grants and denies each role and member. A channel decides before the
// roles do.
import { ChevronRight, CopyCheck, Trash2 } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { GuildPermission } from "../../protocol";
import type { GuildHandle, GuildOverride, GuildView, OverridePlace } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { IconButton } from "../controls/icon-button";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { OverrideEditor } from "./override-editor";
import { rightsIn } from "./rights";
import { useGuildMembers } from "./use-guild";
import "./roles.css";

interface AccessDialogProps {
  handle: GuildHandle;
  view: GuildView;
  place: OverridePlace;
  /** The name of the channel or the category. */
  name: string;
  /** Whether it is a channel of a category. */
  isInCategory: boolean;
  /** My permissions there. Nobody grants or takes what they lack. */
  mine: readonly GuildPermission[];
  onClose(): void;
}

/** An override of somebody who has none yet. */
const empty = (target: string): GuildOverride => ({ target, allow: [], deny: [] });

export function AccessDialog({ handle, view, place, name, isInCategory, mine, onClose }: AccessDialogProps) {
  const text = useText();
  const { access: words, roles: roleWords } = useWords(guildRolesText);
  const members = useGuildMembers(handle);
  const [overrides, setOverrides] = useState<readonly GuildOverride[] | null>(null);
  const [target, setTarget] = useState<string | null>(null);
  const [saving, save] = useSave();
  const id = "channel" in place ? place.channel : place.category;
  const isChannel = "channel" in place;
  const me = client.me.get()?.id ?? "";
  const rights = rightsIn(view, me);

  const load = useCallback(
    () => handle.channels.overrides(isChannel ? { channel: id } : { category: id }),
    [handle, id, isChannel],
  );
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    void save(async () => setOverrides(await load()));
  }, [load, save]);

  const roles = view.roles.filter((role) => rights.outranks(role));
  const people = (members ?? []).filter((member) => rights.outranksMember(member) && member.user.id !== me);
  const nameOf = (one: string) => {
    const role = view.roles.find((known) => known.id === one);
    if (role) return one === view.everyone ? roleWords.everyone : role.name;
    const member = members?.find(({ user }) => user.id === one);
    return member ? nameOfPerson(member.user, text) : text.chats.unknownPerson;
  };
  const mayChange = (one: string) =>
    roles.some((role) => role.id === one) || people.some((member) => member.user.id === one);
  const put = (next: GuildOverride) =>
    save(async () => {
      await handle.channels.putOverride(place, next.target, { allow: next.allow, deny: next.deny });
      setOverrides(await load());
    });
  const isSet = (one: string) => overrides?.some((override) => override.target === one) ?? false;
  const listed = [...(overrides ?? []), ...(target !== null && !isSet(target) ? [empty(target)] : [])];
  const chosen = listed.find((override) => override.target === target) ?? null;

  return (
    <Modal title={words.title(name)} className="access" onClose={onClose}>
      <div className="modal-body form">
        <p className="modal-hint">{isChannel ? words.hint : words.categoryHint}</p>
        {isInCategory && (
          <Button
            look="quiet"
            className="settings-action"
            busy={saving.state === "busy"}
            onClick={() =>
              void save(async () => {
                await handle.channels.copyOverrides(id);
                setOverrides(await load());
                setCopied(true);
              })
            }
          >
            <CopyCheck aria-hidden />
            {isCopied ? words.copied : words.copy}
          </Button>
        )}
        {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        {overrides === null && saving.state !== "failed" && <ListSkeleton />}
        {overrides !== null && (
          <>
            <SelectField label={words.add} value="" onChange={(event) => setTarget(event.target.value || null)}>
              <option value="">{words.pick}</option>
              <optgroup label={words.roles}>
                {roles
                  .filter((role) => !isSet(role.id))
                  .map((role) => (
                    <option key={role.id} value={role.id}>
                      {nameOf(role.id)}
                    </option>
                  ))}
              </optgroup>
              <optgroup label={words.members}>
                {people
                  .filter(({ user }) => !isSet(user.id))
                  .map(({ user }) => (
                    <option key={user.id} value={user.id}>
                      {nameOf(user.id)}
                    </option>
                  ))}
              </optgroup>
            </SelectField>
            {listed.length === 0 && <p className="modal-hint">{words.none}</p>}
            <ul className="access-targets" aria-label={words.who}>
              {listed.map((override) => (
                <li key={override.target}>
                  <button
                    type="button"
                    aria-expanded={override.target === target}
                    onClick={() => setTarget(override.target === target ? null : override.target)}
                  >
                    <ChevronRight aria-hidden />
                    <span dir="auto">{nameOf(override.target)}</span>
                  </button>
                  {isSet(override.target) && mayChange(override.target) && (
                    <IconButton
                      icon={Trash2}
                      label={words.remove(nameOf(override.target))}
                      onClick={() => void put(empty(override.target))}
                    />
                  )}
                  {chosen?.target === override.target && (
                    <OverrideEditor
                      override={override}
                      mine={rights.isOwner ? null : mine}
                      isFixed={!mayChange(override.target)}
                      onChange={(next) => void put(next)}
                    />
                  )}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Modal>
  );
}
