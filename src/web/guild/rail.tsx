// The rail: the direct chats and groups, and each of my guilds. It is left out on a server without
// guilds.
import { MessagesSquare, Plus } from "lucide-react";
import { Suspense, useState } from "react";
import { Link } from "wouter";
import type { GuildSummary, InboxEntry } from "../../sdk";
import { cappedCount } from "../../text/count";
import { isolated } from "../../text/person-name";
import { client, useStore } from "../app/client";
import { ErrorBoundary } from "../app/error-boundary";
import { lazyPart } from "../app/lazy-part";
import { routes } from "../app/routes";
import { isSilenced, mentionsIn } from "../app/unread";
import { useMoment } from "../app/use-moment";
import { useRoute } from "../app/use-route";
import { useText } from "../app/use-text";
import { GuildIcon } from "./guild-icon";

const CreateGuild = lazyPart(() => import("./create-guild").then((module) => module.CreateGuild));

export function Rail({ current }: { current: string | null }) {
  const text = useText();
  const { background, open } = useRoute();
  const guilds = useStore(client.guilds.all);
  const inbox = useStore(client.inbox);
  const channels = useStore(client.guildChannels);
  const [isCreating, setCreating] = useState(false);
  const now = useMoment([...(inbox ?? []), ...channels].map((entry) => entry.mutedUntil));
  if (guilds === null) return null;
  return (
    <nav className="rail" aria-label={text.servers.title}>
      <ul>
        <li>
          <Link
            href={routes.chats}
            className="rail-link"
            title={text.servers.home}
            aria-current={current === null ? "true" : undefined}
            state={{ from: background }}
          >
            <span className="guild-icon" data-home aria-hidden>
              <MessagesSquare />
            </span>
            <span className="unseen">{text.servers.home}</span>
            <RailMark entries={inbox ?? []} now={now} />
          </Link>
        </li>
        {guilds.map((guild) => (
          <li key={guild.id}>
            <GuildLink
              guild={guild}
              isCurrent={guild.id === current}
              entries={channels.filter((entry) => entry.guild === guild.id)}
              now={now}
            />
          </li>
        ))}
        <li>
          <button
            type="button"
            className="rail-link"
            title={text.servers.create}
            aria-label={text.servers.create}
            onClick={() => setCreating(true)}
          >
            <span className="guild-icon" data-add aria-hidden>
              <Plus />
            </span>
          </button>
        </li>
      </ul>
      {isCreating && (
        <ErrorBoundary>
          <Suspense>
            <CreateGuild
              onClose={() => setCreating(false)}
              onCreated={(id) => {
                setCreating(false);
                open(routes.guild(id));
              }}
            />
          </Suspense>
        </ErrorBoundary>
      )}
    </nav>
  );
}

interface GuildLinkProps {
  guild: GuildSummary;
  isCurrent: boolean;
  entries: readonly InboxEntry[];
  now: number;
}

function GuildLink({ guild, isCurrent, entries, now }: GuildLinkProps) {
  const { background } = useRoute();
  return (
    <Link
      href={routes.guild(guild.id)}
      className="rail-link"
      title={guild.name}
      aria-current={isCurrent ? "true" : undefined}
      data-deleted={guild.deleteAt !== null || undefined}
      state={{ from: background }}
    >
      <GuildIcon name={guild.name} color={guild.color} />
      <span className="unseen" dir="auto">
        {isolated(guild.name)}
      </span>
      <RailMark entries={entries} now={now} />
    </Link>
  );
}

/** Says that something is unread: the number of mentions, or a dot. */
function RailMark({ entries, now }: { entries: readonly InboxEntry[]; now: number }) {
  const text = useText();
  const mentions = entries.reduce(
    (sum, { row, isMentioned }) => sum + Math.max(mentionsIn(row), isMentioned ? 1 : 0),
    0,
  );
  const isUnread = entries.some((entry) => !isSilenced(entry, now) && entry.isUnread);
  if (mentions === 0 && !isUnread) return null;
  return (
    <>
      {mentions > 0 ? (
        <span className="badge" data-kind="mention" aria-hidden>
          {cappedCount(mentions)}
        </span>
      ) : (
        <span className="rail-dot" aria-hidden />
      )}
      <span className="unseen">, {mentions > 0 ? text.servers.mentions(mentions) : text.servers.hasUnread}</span>
    </>
  );
}
