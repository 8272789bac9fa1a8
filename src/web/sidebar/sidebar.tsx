import { Settings, SquarePen } from "lucide-react";
import { Suspense, useId } from "react";
import type { Me } from "../../protocol";
import { client, useStore } from "../app/client";
import { ErrorBoundary } from "../app/error-boundary";
import { lazyPart } from "../app/lazy-part";
import { Wordmark } from "../app/logo";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";
import { IconButton } from "../controls/icon-button";
import { PersonFace } from "../people/person-face";
import { ChannelList } from "./channel-list";
import { FormerChannels } from "./former-channels";
import { ListSkeleton } from "./list-skeleton";
import { NoChannels } from "./no-channels";
import { RequestsLink } from "./requests-link";
import { SearchField } from "./search-field";

const Nudge = lazyPart(() => import("../notifications/permission-prompt").then((module) => module.Nudge));
const GuildHead = lazyPart(() => import("../guild/guild-sidebar").then((module) => module.GuildHead));
const GuildTree = lazyPart(() => import("../guild/guild-sidebar").then((module) => module.GuildTree));
const Results = lazyPart(() => import("../search/results").then((module) => module.Results));

/** Returns whether the browser has not asked for notifications yet. */
const isUnasked = () => "Notification" in window && Notification.permission === "default";

interface SidebarProps {
  me: Me;
  current: string | null;
  /** The guild whose channels are shown; null for the direct chats and groups. */
  guild: string | null;
  /** Whether the requests are open in the other pane. */
  isRequests: boolean;
  onFind(): void;
}

export function Sidebar({ me, current, guild, isRequests, onFind }: SidebarProps) {
  const text = useText();
  const id = useId();
  const { open, search } = useRoute();
  const inbox = useStore(client.inbox);
  const ofGuilds = useStore(client.guildChannels);
  return (
    <nav className="sidebar" aria-label={text.chats.title}>
      <header className="sidebar-head">
        {guild !== null ? (
          <ErrorBoundary fallback={null}>
            <Suspense fallback={<Wordmark />}>
              <GuildHead key={guild} id={guild} me={me} isHeading={current === null} />
            </Suspense>
          </ErrorBoundary>
        ) : (
          <>
            {current === null && !isRequests ? (
              <h1>
                <Wordmark />
              </h1>
            ) : (
              <Wordmark />
            )}
            <IconButton icon={SquarePen} label={text.chats.newChat} onClick={onFind} />
          </>
        )}
        <SearchField resultsId={id} />
        {search === null && guild === null && <RequestsLink isCurrent={isRequests} />}
      </header>
      {search !== null ? (
        <ErrorBoundary place="search">
          <Suspense fallback={<ListSkeleton />}>
            <Results id={id} search={search} me={me} inbox={inbox && [...inbox, ...ofGuilds]} />
          </Suspense>
        </ErrorBoundary>
      ) : guild !== null ? (
        <ErrorBoundary place={guild}>
          <Suspense fallback={<ListSkeleton />}>
            <GuildTree key={guild} id={guild} me={me} current={current} />
          </Suspense>
        </ErrorBoundary>
      ) : (
        <>
          {inbox === null && <ListSkeleton />}
          {inbox?.length === 0 && <NoChannels onFind={onFind} />}
          {inbox && inbox.length > 0 && <ChannelList entries={inbox} me={me} current={current} />}
          <FormerChannels current={current} />
        </>
      )}
      {inbox && isUnasked() && (
        <ErrorBoundary fallback={null}>
          <Suspense>
            <Nudge me={me} inbox={inbox} />
          </Suspense>
        </ErrorBoundary>
      )}
      <footer className="sidebar-foot">
        <PersonFace id={me.id} name={me.name} />
        <span className="sidebar-me">
          <strong dir="auto">{me.name}</strong>
          <span>@{me.handle}</span>
        </span>
        <IconButton icon={Settings} label={text.chats.settings} onClick={() => open(routes.settings)} />
      </footer>
    </nav>
  );
}
