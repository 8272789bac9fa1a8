import { type FormEvent, useEffect, useRef, useState } from "react";
import { displayName, limits } from "../../protocol";
import type { GuildHandle } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import type { ListedCategory } from "./channel-order";

interface CategoryFormProps {
  handle: GuildHandle;
  /** The category to rename; null for a new one. */
  category: ListedCategory | null;
  onClose(): void;
}

export function CategoryForm({ handle, category, onClose }: CategoryFormProps) {
  const text = useText();
  const { category: words, channel: channelWords } = useWords(guildsText);
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(category?.name ?? "");
  const [isChecked, setChecked] = useState(false);
  const [saving, save] = useSave();
  const isNamed = displayName.safeParse(name).success;

  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!isNamed || saving.state === "busy") return;
    const isSaved = await save(() =>
      category ? handle.channels.changeCategory(category.id, { name }) : handle.channels.createCategory({ name }),
    );
    if (isSaved) onClose();
  };

  return (
    <Modal title={category ? words.titleEdit : words.titleNew} className="modal-small" onClose={onClose}>
      <form ref={form} className="modal-body form" noValidate onSubmit={submit}>
        <Field
          label={words.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={isChecked && !isNamed ? channelWords.nameInvalid(limits.nameCodePoints) : undefined}
          autoComplete="off"
        />
        {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        <Button type="submit" look="primary" className="button-wide" busy={saving.state === "busy"}>
          {category ? channelWords.save : words.create}
        </Button>
      </form>
    </Modal>
  );
}
