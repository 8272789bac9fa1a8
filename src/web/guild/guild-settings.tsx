// The settings of a guild: what it is, its roles, its members, its bans and its audit log.
import { type KeyboardEvent, useId, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { GuildAuditLog } from "./guild-audit-log";
import { GuildBans } from "./guild-bans";
import { GuildMembers } from "./guild-members";
import { GuildOverview } from "./guild-overview";
import { GuildRolesTab } from "./guild-roles-tab";
import { rightsIn } from "./rights";
import "./guild.css";

export type SettingsTab = "overview" | "roles" | "members" | "bans" | "audit";

interface GuildSettingsProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
  /** The part to begin with. */
  tab: SettingsTab;
  onClose(): void;
}

export function GuildSettings({ handle, view, me, tab: initial, onClose }: GuildSettingsProps) {
  const { settings: words } = useWords(guildsText);
  const id = useId();
  const { may, isOwner } = rightsIn(view, me.id);
  const tabs: SettingsTab[] = [
    ...(may("manage_guild") || isOwner ? (["overview"] as const) : []),
    ...(may("manage_roles") ? (["roles"] as const) : []),
    "members",
    ...(may("ban") ? (["bans"] as const) : []),
    ...(may("view_audit_log") ? (["audit"] as const) : []),
  ];
  const [wanted, setTab] = useState(initial);
  const tab = tabs.includes(wanted) ? wanted : (tabs[0] ?? "members");

  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && tabs[(tabs.indexOf(tab) + step + tabs.length) % tabs.length];
    if (!next) return;
    event.preventDefault();
    setTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };

  return (
    <Modal
      title={tabs.length > 1 ? words.title : words.tabs.members}
      className="settings guild-settings"
      onClose={onClose}
    >
      {tabs.length > 1 && (
        <div role="tablist" aria-label={words.title} className="tabs" onKeyDown={onKeyDown}>
          {tabs.map((one) => (
            <button
              key={one}
              id={`${id}-${one}`}
              type="button"
              role="tab"
              aria-selected={one === tab}
              aria-controls={`${id}-panel`}
              tabIndex={one === tab ? 0 : -1}
              onClick={() => setTab(one)}
            >
              {words.tabs[one]}
            </button>
          ))}
        </div>
      )}
      <div
        id={`${id}-panel`}
        className="modal-body"
        {...(tabs.length > 1 && { role: "tabpanel", "aria-labelledby": `${id}-${tab}` })}
      >
        {tab === "overview" && <GuildOverview handle={handle} view={view} me={me} onDone={onClose} />}
        {tab === "roles" && <GuildRolesTab handle={handle} view={view} me={me} />}
        {tab === "members" && <GuildMembers handle={handle} view={view} me={me} />}
        {tab === "audit" && <GuildAuditLog handle={handle} view={view} />}
        {tab === "bans" && <GuildBans handle={handle} isKept={view.deleteAt === null} />}
      </div>
    </Modal>
  );
}
