// A guild as a member with one role, and no other, would see it.
import { EyeOff } from "lucide-react";
import { useEffect, useState } from "react";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildRolesText } from "../../text/guild-roles";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { ListSkeleton } from "../sidebar/list-skeleton";
import { channelIcons } from "./channel-icons";
import { channelGroups, type ListedChannel } from "./channel-order";

interface RoleViewProps {
  handle: GuildHandle;
  view: GuildView;
  role: string;
  /** The name of the role. */
  name: string;
  onClose(): void;
}

export function RoleView({ handle, view, role, name, onClose }: RoleViewProps) {
  const text = useText();
  const { roles: words, permissions } = useWords(guildRolesText);
  const [seen, setSeen] = useState<GuildView | null>(null);
  const [problem, setProblem] = useState<unknown>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a changed guild is loaded again.
  useEffect(() => {
    let current = true;
    handle.roles.viewAs(role).then(
      (loaded) => current && setSeen(loaded),
      (thrown: unknown) => current && setProblem(thrown),
    );
    return () => {
      current = false;
    };
  }, [handle, role, view]);

  const own = (channel: ListedChannel) => seen?.channels.find(({ id }) => id === channel.id)?.permissions ?? null;
  const lineOf = (names: ListedChannel["permissions"] | null) => {
    if (names === null) return words.hidden;
    return names.includes("send") ? words.mayWrite : words.mayRead;
  };
  // The actor knows what the role sees only where they may manage roles.
  const known = view.channels.filter((channel) => channel.permissions.includes("manage_roles"));
  return (
    <Modal title={words.seenAs(name)} className="modal-small" onClose={onClose}>
      <div className="modal-body form">
        <p className="modal-hint">{words.seenHint}</p>
        {problem !== null && <Notice tone="danger">{explain(problem, text)}</Notice>}
        {seen === null && problem === null && <ListSkeleton />}
        {seen && (
          <>
            {channelGroups({ categories: view.categories, channels: known })
              .filter(({ channels }) => channels.length > 0)
              .map(({ category, channels }) => (
                <section key={category?.id ?? "above"} className="role-view">
                  {category && <h3 dir="auto">{category.name}</h3>}
                  <ul>
                    {channels.map((channel) => {
                      const names = own(channel);
                      const Icon = names === null ? EyeOff : channelIcons[channel.type];
                      return (
                        <li key={channel.id} data-hidden={names === null || undefined}>
                          <Icon aria-hidden />
                          <span dir="auto">{channel.name}</span>
                          <span>{lineOf(names)}</span>
                        </li>
                      );
                    })}
                  </ul>
                </section>
              ))}
            <p className="modal-hint">{seen.permissions.map((one) => permissions[one].name).join(", ")}</p>
          </>
        )}
      </div>
    </Modal>
  );
}
