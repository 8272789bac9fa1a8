// The roles of a guild, the highest first, and the editor of one of them.
import { ArrowDown, ArrowUp, ChevronRight, Lock, Plus } from "lucide-react";
import { useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { rightsIn } from "./rights";
import { RoleEditor } from "./role-editor";
import { tint } from "./tint";
import { useGuildMembers } from "./use-guild";
import "./roles.css";

interface GuildRolesTabProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
}

export function GuildRolesTab({ handle, view, me }: GuildRolesTabProps) {
  const text = useText();
  const { roles: words } = useWords(guildRolesText);
  const members = useGuildMembers(handle);
  const [chosen, setChosen] = useState<string | null>(null);
  const [saving, save] = useSave();
  const rights = rightsIn(view, me.id);
  const role = view.roles.find(({ id }) => id === chosen);
  const isKept = view.deleteAt === null;
  if (role)
    return (
      <RoleEditor
        key={role.id}
        handle={handle}
        view={view}
        role={role}
        me={me}
        onChosen={setChosen}
        onBack={() => setChosen(null)}
      />
    );

  const ranked = view.roles.filter(({ id }) => id !== view.everyone);
  const isFixed = (id: string) => !view.roles.some((one) => one.id === id && rights.outranks(one));
  const holders = (id: string) => (members ?? []).filter(({ roles }) => roles.includes(id)).length;
  /** Swaps a role with the one above (-1) or below it, and returns the order, the lowest first. */
  const orderAfter = (at: number, step: -1 | 1): string[] => {
    const ids = ranked.map(({ id }) => id);
    const [one, other] = [ids[at], ids[at + step]];
    if (one === undefined || other === undefined) return ids.toReversed();
    ids[at] = other;
    ids[at + step] = one;
    return ids.toReversed();
  };
  const move = (at: number, step: -1 | 1) => void save(() => handle.roles.order(orderAfter(at, step)));

  return (
    <div className="form">
      <p className="modal-hint">{words.hint}</p>
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <ul className="roles" aria-busy={saving.state === "busy" || undefined}>
        {ranked.map((one, at) => {
          const above = ranked[at - 1];
          const below = ranked[at + 1];
          const isLocked = isFixed(one.id);
          return (
            <li key={one.id}>
              <button type="button" className="role-open" disabled={isLocked} onClick={() => setChosen(one.id)}>
                <span
                  className="color-dot"
                  data-none={one.color === null || undefined}
                  style={one.color === null ? undefined : tint(one.color)}
                  aria-hidden
                />
                <span className="role-words">
                  <strong dir="auto">{one.name}</strong>
                  <span>{isLocked ? words.above : words.holders(holders(one.id))}</span>
                </span>
                {isLocked ? <Lock aria-hidden /> : <ChevronRight aria-hidden />}
              </button>
              {isKept && !isLocked && (
                <>
                  <IconButton
                    icon={ArrowUp}
                    label={words.raise(one.name)}
                    disabled={!above || isFixed(above.id)}
                    onClick={() => move(at, -1)}
                  />
                  <IconButton
                    icon={ArrowDown}
                    label={words.lower(one.name)}
                    disabled={!below}
                    onClick={() => move(at, 1)}
                  />
                </>
              )}
            </li>
          );
        })}
        <li>
          <button
            type="button"
            className="role-open"
            disabled={isFixed(view.everyone)}
            onClick={() => setChosen(view.everyone)}
          >
            <span className="color-dot" data-none aria-hidden />
            <span className="role-words">
              <strong>{words.everyone}</strong>
              <span>{words.everyoneHint}</span>
            </span>
            <ChevronRight aria-hidden />
          </button>
        </li>
      </ul>
      {isKept && (
        <Button
          className="settings-action"
          busy={saving.state === "busy"}
          onClick={() => void save(async () => setChosen(await handle.roles.create({ name: words.newName })))}
        >
          <Plus aria-hidden />
          {words.create}
        </Button>
      )}
    </div>
  );
}
