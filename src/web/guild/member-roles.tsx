import type { Me } from "../../protocol";
import type { GuildHandle, GuildMemberInfo, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { nameOfPerson } from "../people/channel-face";
import { Switch } from "../settings/switch";
import { rightsIn } from "./rights";

interface MemberRolesProps {
  handle: GuildHandle;
  view: GuildView;
  member: GuildMemberInfo;
  me: Me;
  onClose(): void;
}

/** The roles of one member. Each change is saved at once. */
export function MemberRoles({ handle, view, member, me, onClose }: MemberRolesProps) {
  const text = useText();
  const { members: words, roles: roleWords, permissions } = useWords(guildRolesText);
  const [saving, save] = useSave();
  const rights = rightsIn(view, me.id);
  const roles = view.roles.filter(({ id }) => id !== view.everyone);
  const set = (role: string, isGiven: boolean) =>
    void save(() => (isGiven ? handle.roles.give(member.user.id, role) : handle.roles.take(member.user.id, role)));
  return (
    <Modal title={words.rolesOf(nameOfPerson(member.user, text))} className="modal-small" onClose={onClose}>
      <div className="modal-body form">
        {roles.length === 0 && <p className="modal-hint">{words.noRoles}</p>}
        {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        {roles.map((role) => {
          const isGiven = member.roles.includes(role.id);
          // Nobody gives a permission that they lack.
          const isLacking = !isGiven && !rights.isOwner && role.permissions.some((one) => !rights.may(one));
          const isFixed = !rights.outranks(role);
          const names = role.permissions.map((one) => permissions[one].name).join(", ");
          return (
            <Switch
              key={role.id}
              label={role.name}
              hint={isFixed ? roleWords.above : isLacking ? roleWords.lacking : names}
              isOn={isGiven}
              disabled={isFixed || isLacking || saving.state === "busy"}
              onTurn={(isOn) => set(role.id, isOn)}
            />
          );
        })}
      </div>
    </Modal>
  );
}
