// The links to a guild: which channel they open, and which roles they give.
import { useCallback, useState } from "react";
import { limits } from "../../protocol";
import type { GuildHandle, GuildRole, GuildView, Invite, InviteOptions } from "../../sdk";
import { invitesText } from "../../text/invites";
import { isolated } from "../../text/person-name";
import { client } from "../app/client";
import { useText, useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { SelectField } from "../controls/select-field";
import { InviteLinks } from "../invites/invite-links";
import { nameOfPerson } from "../people/channel-face";
import { rightsIn } from "./rights";
import { tint } from "./tint";
import { useGuildMembers } from "./use-guild";
import "./guild.css";

interface GuildInvitesProps {
  handle: GuildHandle;
  view: GuildView;
  /** The channel that new links open, until another one is chosen; null for the welcome channel. */
  channel: string | null;
}

export function GuildInvites({ handle, view, channel: initial }: GuildInvitesProps) {
  const text = useText();
  const words = useWords(invitesText);
  const members = useGuildMembers(handle);
  const [channel, setChannel] = useState(initial ?? "");
  const [roles, setRoles] = useState<readonly string[]>([]);
  const me = client.me.get()?.id ?? "";
  const rights = rightsIn(view, me);
  const list = useCallback(() => client.invites.ofGuild(handle.id), [handle]);
  // Nobody gives a permission that they lack.
  const givable = view.roles.filter(
    (role) =>
      role.id !== view.everyone &&
      rights.may("manage_roles") &&
      rights.outranks(role) &&
      (rights.isOwner || role.permissions.every(rights.may)),
  );
  // The channel or a role may have gone since it was chosen.
  const opened = view.channels.find(({ id }) => id === channel);
  const given = roles.filter((id) => givable.some((role) => role.id === id));
  const create = (options: InviteOptions) =>
    client.invites.createForGuild(handle.id, { ...options, channel: opened?.id ?? null, roles: given });

  return (
    <>
      <p className="modal-hint">{words.hintGuild}</p>
      <InviteLinks
        list={list}
        create={create}
        makerOf={({ createdBy }) => {
          const maker = members?.find(({ user }) => user.id === createdBy);
          return maker ? nameOfPerson(maker.user, text) : null;
        }}
        mayRevoke={({ createdBy }) => createdBy === me || rights.may("manage_guild")}
        detailOf={(invite) => <InviteEffect view={view} invite={invite} />}
      >
        <div>
          <SelectField
            label={words.opens}
            {...(opened?.type === "private" && { hint: words.opensPrivate })}
            value={opened?.id ?? ""}
            onChange={(event) => setChannel(event.target.value)}
          >
            <option value="">{view.welcomeChannel === null ? words.opensFirst : words.opensWelcome}</option>
            {view.channels.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
        </div>
        {givable.length > 0 && <RoleChoice roles={givable} chosen={given} onChange={setRoles} />}
      </InviteLinks>
    </>
  );
}

interface RoleChoiceProps {
  roles: readonly GuildRole[];
  chosen: readonly string[];
  onChange(chosen: readonly string[]): void;
}

function RoleChoice({ roles, chosen, onChange }: RoleChoiceProps) {
  const words = useWords(invitesText);
  const isFull = chosen.length >= limits.rolesPerInvite;
  return (
    <fieldset className="role-choice">
      <legend>{words.roles}</legend>
      <div className="role-chips">
        {roles.map(({ id, name, color }) => {
          const isChosen = chosen.includes(id);
          return (
            <label key={id} className="role-chip">
              <input
                type="checkbox"
                checked={isChosen}
                disabled={isFull && !isChosen}
                onChange={() => onChange(isChosen ? chosen.filter((one) => one !== id) : [...chosen, id])}
              />
              <span
                className="color-dot"
                data-none={color === null || undefined}
                style={color === null ? undefined : tint(color)}
                aria-hidden
              />
              <span dir="auto">{name}</span>
            </label>
          );
        })}
      </div>
      <p className="field-note">{words.rolesHint(limits.rolesPerInvite)}</p>
    </fieldset>
  );
}

/** The channel that a link opens, and the roles that it gives. Nothing for a plain link. */
function InviteEffect({ view, invite }: { view: GuildView; invite: Invite }) {
  const words = useWords(invitesText);
  const channel = view.channels.find(({ id }) => id === invite.channel)?.name;
  const names = view.roles.filter(({ id }) => invite.roles?.includes(id)).map(({ name }) => isolated(name));
  const effects = [
    ...(channel === undefined ? [] : [words.opensChannel(isolated(channel))]),
    ...(names.length === 0 ? [] : [words.givesRoles(names.join(", "))]),
  ];
  return effects.length === 0 ? null : <span>{effects.join(" · ")}</span>;
}

/** The same as a dialog of its own. */
export function GuildInvitesDialog({ onClose, ...props }: GuildInvitesProps & { onClose(): void }) {
  const words = useWords(invitesText);
  const { view, channel } = props;
  const name = view.channels.find(({ id }) => id === channel)?.name;
  const title = words.titleGuild(isolated(name ?? view.name));
  return (
    <Modal title={title} onClose={onClose}>
      <div className="modal-body">
        <GuildInvites {...props} />
      </div>
    </Modal>
  );
}
