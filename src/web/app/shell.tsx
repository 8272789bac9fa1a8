// The page of a person who is signed in: the chat list, the open chat, and the dialogs over both. A
// narrow screen shows one of them at a time.
import { Suspense, useCallback, useEffect, useMemo, useState } from "react";
import type { Me } from "../../protocol";
import { forgetOtherAccounts } from "../account-data";
import { Chat, preloadChat } from "../chat/lazy-chat";
import { useInboxEntry } from "../chat/use-channel";
import { mergeStoredDrafts } from "../composer/drafts";
import { formerGuildOf, rememberChannel } from "../guild/last-channels";
import { Rail } from "../guild/rail";
import { alikeStore, compareNames } from "../people/alike-people";
import { placeName } from "../people/place-name";
import { Sidebar } from "../sidebar/sidebar";
import { client, useStore } from "./client";
import { ConnectionBanner } from "./connection-banner";
import { useDocumentTitle } from "./document-state";
import { ErrorBoundary } from "./error-boundary";
import { useFocusKeeper } from "./focus-keeper";
import { useInputMode } from "./input-mode";
import { lazyPart } from "./lazy-part";
import { NoChat, UnknownAddress } from "./no-chat";
import { routes } from "./routes";
import { totalUnread } from "./unread";
import { useMoment } from "./use-moment";
import { useRoute } from "./use-route";
import { useText } from "./use-text";
import { useNarrow } from "./viewport";

// Rarely used parts are loaded on demand.
const Settings = lazyPart(() => import("../settings/settings").then((module) => module.Settings));
const Notifier = lazyPart(() => import("../notifications/notifier").then((module) => module.Notifier));
const HeadsUp = lazyPart(() => import("../notifications/in-app-alert-banner").then((module) => module.HeadsUp));
const Requests = lazyPart(() => import("../requests/requests").then((module) => module.Requests));
const JoinPage = lazyPart(() => import("../invites/join-page").then((module) => module.JoinPage));
const GuildStart = lazyPart(() => import("../guild/guild-start").then((module) => module.GuildStart));
const NewChat = lazyPart(() => import("../sidebar/new-chat").then((module) => module.NewChat));

const HandleRequest = lazyPart(() => import("../settings/handle-request").then((module) => module.HandleRequest));

/** A link to `#composer` would replace the search, which is the fragment of the address. */
const focusComposer = () => document.querySelector<HTMLElement>("#composer textarea")?.focus();

export function Shell({ me }: { me: Me }) {
  useFocusKeeper();
  useInputMode();
  const text = useText();
  const { chat, invite, guild, isUnknown, panel, background, path, isSettings, open, leaveTo } = useRoute();
  const narrow = useNarrow();
  const [isFinding, setFinding] = useState(false);
  const [isHandleAsked, setHandleAsked] = useState(true);
  const inbox = useStore(client.inbox);
  useStore(alikeStore);
  const ofGuilds = useStore(client.guildChannels);
  const everyChat = useMemo(() => inbox && [...inbox, ...ofGuilds], [inbox, ofGuilds]);
  const current = useInboxEntry(chat);
  const now = useMoment(everyChat?.map((entry) => entry.mutedUntil) ?? []);
  const unread = totalUnread(everyChat ?? [], now);
  const guilds = useStore(client.guilds.all);
  // A channel that is gone leaves its guild in sight, unless the guild is gone too.
  const formerGuild = chat !== null && current === null ? formerGuildOf(chat) : null;
  const keptGuild = guilds?.some(({ id }) => id === formerGuild) ? formerGuild : null;
  const shownGuild = guild ?? current?.guild ?? keptGuild;
  const isRequests = path === routes.requests;
  const titleOfPane = isRequests ? text.chats.requests : current ? placeName(current, me.id, text) : null;
  const title = isSettings ? text.chats.settings : titleOfPane;
  useDocumentTitle(unread, title);

  // After the first paint, so that a chat opens at once.
  useEffect(preloadChat, []);

  useEffect(() => {
    forgetOtherAccounts(me.id).catch(console.warn);
  }, [me.id]);

  useEffect(() => {
    if (everyChat) compareNames(me, everyChat).catch(console.warn);
  }, [me, everyChat]);

  // Drafts arrive in the same answer as the chat list.
  const isListed = inbox !== null;
  useEffect(() => {
    if (isListed) return mergeStoredDrafts(me.id);
  }, [isListed, me.id]);

  useEffect(() => client.guilds.show(shownGuild), [shownGuild]);

  useEffect(() => {
    if (current) rememberChannel(current);
  }, [current]);

  const find = useCallback(() => setFinding(true), []);
  const closeSettings = useCallback(() => leaveTo(background), [leaveTo, background]);

  const isList = chat === null && invite === null && !isRequests && !isUnknown;
  return (
    // On a narrow screen the other pane, which is the main part, is hidden beside the list.
    <div className="shell" data-pane={isList ? "list" : "chat"} role={isList && narrow ? "main" : undefined}>
      {chat !== null && (
        <button type="button" className="skip" onClick={focusComposer}>
          {text.app.skip}
        </button>
      )}
      <ErrorBoundary fallback={null}>
        <Rail current={shownGuild} />
      </ErrorBoundary>
      <ErrorBoundary>
        <Sidebar me={me} current={chat} guild={shownGuild} isRequests={isRequests} onFind={find} />
      </ErrorBoundary>
      <main className="pane">
        <ConnectionBanner />
        <ErrorBoundary place={path}>
          {chat !== null && (
            <Suspense>
              <Chat key={chat} id={chat} panel={panel} me={me} />
            </Suspense>
          )}
          {chat === null && isRequests && (
            <Suspense>
              <Requests />
            </Suspense>
          )}
          {invite !== null && (
            <Suspense>
              <JoinPage key={invite} code={invite} />
            </Suspense>
          )}
          {isUnknown && <UnknownAddress onLeave={() => leaveTo(routes.chats)} />}
          {guild !== null && (
            <Suspense>
              <GuildStart key={guild} id={guild} />
            </Suspense>
          )}
          {isList && guild === null && inbox && <NoChat me={me} isFirstTime={inbox.length === 0} />}
        </ErrorBoundary>
      </main>
      {everyChat && (
        <ErrorBoundary fallback={null}>
          <Suspense>
            {"serviceWorker" in navigator && <Notifier me={me} inbox={everyChat} open={open} />}
            <HeadsUp me={me} inbox={everyChat} current={chat} />
          </Suspense>
        </ErrorBoundary>
      )}
      {isSettings && (
        <ErrorBoundary>
          <Suspense>
            <Settings me={me} onClose={closeSettings} />
          </Suspense>
        </ErrorBoundary>
      )}
      {me.needsHandle && isHandleAsked && (
        <ErrorBoundary fallback={null}>
          <Suspense>
            <HandleRequest me={me} onClose={() => setHandleAsked(false)} />
          </Suspense>
        </ErrorBoundary>
      )}
      {isFinding && (
        <ErrorBoundary>
          <Suspense>
            <NewChat
              me={me}
              onClose={() => setFinding(false)}
              onOpened={(channel) => {
                setFinding(false);
                open(routes.chat(channel));
              }}
            />
          </Suspense>
        </ErrorBoundary>
      )}
    </div>
  );
}
