import { ChevronLeft, Copy, Eye, Trash2 } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { displayName, type GuildPermission, limits, type Me } from "../../protocol";
import type { ChangeRole, GuildHandle, GuildRole, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Confirm } from "../controls/confirm";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { Switch } from "../settings/switch";
import { ColorChoice } from "./color-choice";
import { permissionGroups } from "./permission-groups";
import { rightsIn } from "./rights";
import { RoleView } from "./role-view";

interface RoleEditorProps {
  handle: GuildHandle;
  view: GuildView;
  role: GuildRole;
  me: Me;
  /** Opens another role: the copy of this one. */
  onChosen(role: string): void;
  onBack(): void;
}

const isSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((name) => other.includes(name));

/** The differences between a role and what was entered. */
function changeOf(role: GuildRole, entered: GuildRole): ChangeRole {
  return {
    ...(entered.name !== role.name && { name: entered.name }),
    ...(entered.color !== role.color && { color: entered.color }),
    ...(entered.grouped !== role.grouped && { grouped: entered.grouped }),
    ...(entered.mentionable !== role.mentionable && { mentionable: entered.mentionable }),
    ...(!isSame(entered.permissions, role.permissions) && { permissions: entered.permissions }),
  };
}

export function RoleEditor({ handle, view, role, me, onChosen, onBack }: RoleEditorProps) {
  const text = useText();
  const { roles: words, permissions: texts, groups } = useWords(guildRolesText);
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  const [entered, setEntered] = useState(role);
  const [isAsking, setAsking] = useState(false);
  const [isViewing, setViewing] = useState(false);
  const [saving, save] = useSave();
  const isEveryone = role.id === view.everyone;
  const rights = rightsIn(view, me.id);
  const isNamed = displayName.safeParse(entered.name).success;
  const change = changeOf(role, entered);
  const isChanged = Object.keys(change).length > 0;
  const title = isEveryone ? words.everyone : role.name;
  const ofEveryone = view.roles.find(({ id: one }) => one === view.everyone)?.permissions ?? [];
  const isKept = view.deleteAt === null;
  const enter = (values: Partial<GuildRole>) => setEntered((before) => ({ ...before, ...values }));

  useEffect(() => heading.current?.focus(), []);

  const turn = (one: GuildPermission, isOn: boolean) =>
    enter({
      permissions: isOn ? [...entered.permissions, one] : entered.permissions.filter((name) => name !== one),
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isNamed && isChanged && saving.state !== "busy") void save(() => handle.roles.change(role.id, change));
  };

  return (
    <form className="form role-editor" noValidate onSubmit={submit}>
      <header className="role-head">
        <Button look="quiet" onClick={onBack}>
          <ChevronLeft aria-hidden />
          {words.back}
        </Button>
        <h3 ref={heading} tabIndex={-1} dir="auto">
          {title}
        </h3>
      </header>
      {isEveryone ? (
        <p className="modal-hint">{words.everyoneHint}</p>
      ) : (
        <>
          <Field
            label={words.name}
            value={entered.name}
            onChange={(event) => enter({ name: event.target.value })}
            error={isNamed ? undefined : words.nameInvalid(limits.nameCodePoints)}
            autoComplete="off"
          />
          <ColorChoice
            name={`${id}-color`}
            legend={words.color}
            value={entered.color}
            isOptional
            onChange={(color) => enter({ color })}
          />
          <Switch
            label={words.grouped}
            hint={words.groupedHint}
            isOn={entered.grouped}
            onTurn={(grouped) => enter({ grouped })}
          />
          <Switch
            label={words.mentionable}
            hint={words.mentionableHint(entered.name)}
            isOn={entered.mentionable}
            onTurn={(mentionable) => enter({ mentionable })}
          />
        </>
      )}
      {permissionGroups.map((group) => (
        <section key={group.id} className="permission-group" aria-labelledby={`${id}-${group.id}`}>
          <h4 id={`${id}-${group.id}`}>{groups[group.id]}</h4>
          {group.permissions.map((one) => {
            const isShared = !isEveryone && ofEveryone.includes(one);
            const isLacking = !rights.isOwner && !rights.may(one);
            return (
              <Switch
                key={one}
                label={texts[one].name}
                hint={[texts[one].hint, isShared && words.shared, isLacking && words.lacking].filter(Boolean).join(" ")}
                isOn={entered.permissions.includes(one)}
                disabled={isLacking}
                onTurn={(isOn) => turn(one, isOn)}
              />
            );
          })}
        </section>
      ))}
      <Button look="quiet" className="settings-action" onClick={() => setViewing(true)}>
        <Eye aria-hidden />
        {words.seeAs}
      </Button>
      {isViewing && (
        <RoleView handle={handle} view={view} role={role.id} name={title} onClose={() => setViewing(false)} />
      )}
      {!isEveryone && isKept && (
        <div className="role-actions">
          <Button
            look="quiet"
            busy={saving.state === "busy"}
            onClick={() => void save(async () => onChosen(await handle.roles.duplicate(role.id)))}
          >
            <Copy aria-hidden />
            {words.duplicate}
          </Button>
          <Button look="danger" onClick={() => setAsking(true)}>
            <Trash2 aria-hidden />
            {words.delete}
          </Button>
        </div>
      )}
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      {isChanged && (
        <div className="role-save">
          <p role="status">{words.unsaved}</p>
          <Button onClick={() => setEntered(role)}>{words.reset}</Button>
          <Button type="submit" look="primary" busy={saving.state === "busy"} disabled={!isNamed}>
            {words.save}
          </Button>
        </div>
      )}
      {isAsking && (
        <Confirm
          title={words.deleteTitle(role.name)}
          hint={words.deleteHint}
          action={words.delete}
          onConfirm={() => handle.roles.delete(role.id)}
          onClose={() => setAsking(false)}
        />
      )}
    </form>
  );
}
