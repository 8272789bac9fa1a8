// The settings of a guild: what it is, its roles, its members, the links to it, its bans, its
// reports and its audit log.
import { type KeyboardEvent, useId, useState } from "react";
import type { Me } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { GuildAuditLog } from "./guild-audit-log";
import { GuildBans } from "./guild-bans";
import { GuildInvites } from "./guild-invites";
import { GuildMembers } from "./guild-members";
import { GuildOverview } from "./guild-overview";
import { GuildReports } from "./guild-reports";
import { GuildRolesTab } from "./guild-roles-tab";
import { rightsIn } from "./rights";
import { useGuildInvitesOffered } from "./use-guild";
import "./guild.css";

export type SettingsTab = "overview" | "roles" | "members" | "invites" | "bans" | "reports" | "audit";

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
  const offered = useGuildInvitesOffered();
  const tabs: SettingsTab[] = [
    ...(may("manage_guild") || isOwner ? (["overview"] as const) : []),
    ...(may("manage_roles") ? (["roles"] as const) : []),
    "members",
    ...(offered && may("invite") && view.deleteAt === null ? (["invites"] as const) : []),
    ...(may("ban") ? (["bans"] as const) : []),
    ...(may("delete_any") ? (["reports"] as const) : []),
    ...(may("view_audit_log") ? (["audit"] as const) : []),
  ];
  const isTabbed = tabs.length > 1;
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
    <Modal title={isTabbed ? words.title : words.tabs.members} className="settings guild-settings" onClose={onClose}>
      {isTabbed && (
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
        {...(isTabbed && { role: "tabpanel", "aria-labelledby": `${id}-${tab}` })}
      >
        {tab === "overview" && <GuildOverview handle={handle} view={view} me={me} onDone={onClose} />}
        {tab === "roles" && <GuildRolesTab handle={handle} view={view} me={me} />}
        {tab === "invites" && <GuildInvites handle={handle} view={view} channel={null} />}
        {tab === "members" && <GuildMembers handle={handle} view={view} me={me} />}
        {tab === "audit" && <GuildAuditLog handle={handle} view={view} />}
        {tab === "reports" && <GuildReports handle={handle} />}
        {tab === "bans" && <GuildBans handle={handle} isKept={view.deleteAt === null} />}
      </div>
    </Modal>
  );
}
