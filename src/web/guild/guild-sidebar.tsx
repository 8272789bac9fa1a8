// A guild in the place of the chat list: its head with the menu, and its channels.
import { ChevronDown, FolderPlus, Link, LogOut, Plus, Settings, UserPlus, UsersRound } from "lucide-react";
import { Suspense, useState } from "react";
import type { Me } from "../../protocol";
import { guildsText } from "../../text/guilds";
import { isolated } from "../../text/person-name";
import { fullTime } from "../../text/times";
import { client, useStore } from "../app/client";
import { ErrorBoundary } from "../app/error-boundary";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Confirm } from "../controls/confirm";
import { type Point, pointBelow } from "../controls/floating";
import { type Choice, Menu } from "../controls/menu";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { ChannelTree } from "./channel-tree";
import { CategoryForm, ChannelForm, GuildInvitesDialog, GuildSettings } from "./guild-dialogs";
import type { SettingsTab } from "./guild-settings";
import { rightsIn } from "./rights";
import { useGuild, useGuildInvitesOffered } from "./use-guild";
import "./tree.css";

interface GuildHeadProps {
  id: string;
  me: Me;
  /** Whether the name is the heading of the page, because no channel is open. */
  isHeading: boolean;
}

type Open = { settings: SettingsTab } | "invites" | "channel" | "category" | "leave" | null;

export function GuildHead({ id, me, isHeading }: GuildHeadProps) {
  const { menu: words, settings } = useWords(guildsText);
  const { leaveTo } = useRoute();
  const { handle, view } = useGuild(id);
  const summary = useStore(client.guilds.all)?.find((guild) => guild.id === id);
  const [menu, setMenu] = useState<Point | null>(null);
  const [open, setOpen] = useState<Open>(null);
  const close = () => setOpen(null);
  const name = view?.name ?? summary?.name ?? "";
  const rights = view && rightsIn(view, me.id);
  const offersInvites = useGuildInvitesOffered();
  const isDeleted = view?.deleteAt !== null;

  const choices: Choice[] = [];
  if (rights) {
    const { may, isOwner } = rights;
    const manages = isOwner || may("manage_guild") || may("manage_roles");
    const show = (tab: SettingsTab) => () => setOpen({ settings: tab });
    if (may("invite") && !isDeleted && offersInvites)
      choices.push({ icon: Link, label: words.invite, run: () => setOpen("invites") });
    if (may("invite") && !isDeleted) choices.push({ icon: UserPlus, label: words.addPeople, run: show("members") });
    if (manages) choices.push({ icon: Settings, label: words.settings, run: show("overview") });
    else choices.push({ icon: UsersRound, label: words.members, run: show("members") });
    if (may("manage_channels") && !isDeleted) {
      choices.push({ icon: Plus, label: words.newChannel, run: () => setOpen("channel") });
      choices.push({ icon: FolderPlus, label: words.newCategory, run: () => setOpen("category") });
    }
    if (!isOwner) choices.push({ icon: LogOut, label: words.leave, tone: "danger", run: () => setOpen("leave") });
  }

  const button = (
    <button
      type="button"
      className="guild-name"
      aria-haspopup="menu"
      title={name}
      disabled={!rights}
      onClick={(event) => setMenu(pointBelow(event.currentTarget))}
    >
      <span dir="auto">{name}</span>
      <ChevronDown aria-hidden />
      <span className="unseen">{words.open(isolated(name))}</span>
    </button>
  );

  return (
    <>
      {isHeading ? <h1 className="guild-head">{button}</h1> : <div className="guild-head">{button}</div>}
      {menu && <Menu label={words.open(isolated(name))} point={menu} choices={choices} onClose={() => setMenu(null)} />}
      {view && (
        <ErrorBoundary>
          <Suspense>
            {open === "channel" && <ChannelForm handle={handle} view={view} channel={null} onClose={close} />}
            {open === "category" && <CategoryForm handle={handle} category={null} onClose={close} />}
            {open === "invites" && <GuildInvitesDialog handle={handle} view={view} channel={null} onClose={close} />}
            {open !== null && typeof open === "object" && (
              <GuildSettings handle={handle} view={view} me={me} tab={open.settings} onClose={close} />
            )}
          </Suspense>
        </ErrorBoundary>
      )}
      {open === "leave" && (
        <Confirm
          title={settings.leaveTitle(isolated(name))}
          hint={settings.leavingHint}
          action={words.leave}
          onConfirm={async () => {
            await handle.leave(me.id);
            leaveTo(routes.chats);
          }}
          onClose={close}
        />
      )}
    </>
  );
}

export function GuildTree({ id, me, current }: { id: string; me: Me; current: string | null }) {
  const { handle, view, phase } = useGuild(id);
  const { start: words } = useWords(guildsText);
  if (phase === "gone") return <p className="tree-note">{words.goneHint}</p>;
  if (view === null) return <ListSkeleton />;
  return (
    <div className="tree">
      {view.deleteAt !== null && <DeletionNotice id={id} isOwner={view.owner === me.id} at={view.deleteAt} />}
      <ChannelTree handle={handle} view={view} me={me} current={current} />
    </div>
  );
}

function DeletionNotice({ id, isOwner, at }: { id: string; isOwner: boolean; at: number }) {
  const text = useText();
  const { deletion: words } = useWords(guildsText);
  const locale = useLocale();
  const { handle } = useGuild(id);
  const [saving, save] = useSave();
  return (
    <Notice tone="danger">
      <p>{words.banner(fullTime(at, locale))}</p>
      {saving.state === "failed" && <p>{explain(saving.thrown, text)}</p>}
      {isOwner && (
        <Button
          className="tree-deletion"
          busy={saving.state === "busy"}
          onClick={() => void save(() => handle.restore())}
        >
          {words.cancel}
        </Button>
      )}
    </Notice>
  );
}
