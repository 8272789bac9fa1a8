import { ArrowDown, ArrowUp, Ellipsis, KeyRound, Pencil, Plus, Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { ErrorBoundary } from "../app/error-boundary";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Confirm } from "../controls/confirm";
import { type Point, pointBelow } from "../controls/floating";
import { IconButton } from "../controls/icon-button";
import { type Choice, Menu } from "../controls/menu";
import { useSave } from "../controls/use-save";
import { type ListedCategory, moveBy } from "./channel-order";
import { AccessDialog, CategoryForm, ChannelForm } from "./guild-dialogs";

interface CategoryMenuProps {
  handle: GuildHandle;
  view: GuildView;
  category: ListedCategory;
  siblings: readonly ListedCategory[];
  onMoved(name: string): void;
}

export function CategoryMenu({ handle, view, category, siblings, onMoved }: CategoryMenuProps) {
  const text = useText();
  const { tree: words, menu: menuWords, category: categoryWords } = useWords(guildsText);
  const [menu, setMenu] = useState<Point | null>(null);
  const [open, setOpen] = useState<"channel" | "edit" | "access" | "delete" | null>(null);
  const [saving, save] = useSave();
  const close = () => setOpen(null);
  const { id, name } = category;

  const move = (step: -1 | 1) => {
    const position = moveBy(siblings, id, step);
    if (position === null) return null;
    return () =>
      void save(async () => {
        await handle.channels.changeCategory(id, { position });
        onMoved(name);
      });
  };
  const [up, down] = [move(-1), move(1)];
  const choices: Choice[] = [
    { icon: Plus, label: menuWords.newChannel, run: () => setOpen("channel") },
    { icon: Pencil, label: words.edit, run: () => setOpen("edit") },
    ...(up ? [{ icon: ArrowUp, label: words.up, run: up }] : []),
    ...(down ? [{ icon: ArrowDown, label: words.down, run: down }] : []),
    ...(view.permissions.includes("manage_roles")
      ? [{ icon: KeyRound, label: words.permissions, run: () => setOpen("access") }]
      : []),
    { icon: Trash2, label: words.delete, tone: "danger", run: () => setOpen("delete") },
  ];

  return (
    <>
      <IconButton
        icon={Ellipsis}
        label={words.channelMenu(name)}
        aria-haspopup="menu"
        aria-busy={saving.state === "busy" || undefined}
        onClick={(event) => setMenu(pointBelow(event.currentTarget))}
      />
      {saving.state === "failed" && (
        <p className="tree-problem" role="alert">
          {explain(saving.thrown, text)}
        </p>
      )}
      {menu && <Menu label={words.channelMenu(name)} point={menu} choices={choices} onClose={() => setMenu(null)} />}
      <ErrorBoundary>
        <Suspense>
          {open === "channel" && (
            <ChannelForm handle={handle} view={view} channel={null} category={id} onClose={close} />
          )}
          {open === "edit" && <CategoryForm handle={handle} category={category} onClose={close} />}
          {open === "access" && (
            <AccessDialog
              handle={handle}
              view={view}
              place={{ category: id }}
              name={name}
              isInCategory={false}
              mine={view.permissions}
              onClose={close}
            />
          )}
        </Suspense>
      </ErrorBoundary>
      {open === "delete" && (
        <Confirm
          title={categoryWords.deleteTitle(name)}
          hint={categoryWords.deleteHint}
          action={words.delete}
          onConfirm={async () => {
            await handle.channels.deleteCategory(id);
            close();
          }}
          onClose={close}
        />
      )}
    </>
  );
}
