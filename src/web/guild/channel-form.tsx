import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { displayName, type GuildChannelType, guildChannelType, limits, topic as topicRule } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { moderationText } from "../../text/moderation";
import { explain } from "../app/explain";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { Segments } from "../controls/segments";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";
import { channelIcons } from "./channel-icons";
import type { ListedChannel } from "./channel-order";

const MINUTE = 60;
const HOUR = 3_600;
/** The pauses of slow mode that are offered, in seconds. 0 is none. */
const SLOW_MODES: readonly number[] = [0, 5, 15, 30, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 6 * HOUR];

function pauseOf(seconds: number, words: (typeof moderationText)["en"]): string {
  if (seconds === 0) return words.slowMode.off;
  if (seconds % HOUR === 0) return words.hours(seconds / HOUR);
  return seconds % MINUTE === 0 ? words.minutes(seconds / MINUTE) : words.slowMode.seconds(seconds);
}

interface ChannelFormProps {
  handle: GuildHandle;
  view: GuildView;
  /** The channel to change; null for a new one. */
  channel: ListedChannel | null;
  /** The category of a new channel. */
  category?: string | null;
  onClose(): void;
}

export function ChannelForm({ handle, view, channel, category: initial = null, onClose }: ChannelFormProps) {
  const text = useText();
  const { channel: words } = useWords(guildsText);
  const moderation = useWords(moderationText);
  const { open } = useRoute();
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState(channel?.name ?? "");
  /** Null until it is loaded. */
  const [before, setBefore] = useState<string | null>(channel ? null : "");
  const [topic, setTopic] = useState("");
  const [type, setType] = useState<GuildChannelType>(channel?.type ?? "text");
  const [category, setCategory] = useState(channel ? channel.category : initial);
  const [slowMode, setSlowMode] = useState(channel?.slowModeSeconds ?? 0);
  const [isChecked, setChecked] = useState(false);
  const [saving, save] = useSave();
  const isNamed = displayName.safeParse(name).success;
  const isShort = topicRule.safeParse(topic).success;

  useEffect(() => form.current?.querySelector("input")?.focus(), []);
  const edited = channel?.id;
  useEffect(() => {
    if (edited === undefined) return;
    void save(async () => {
      const loaded = await handle.channels.topic(edited);
      setBefore(loaded);
      setTopic(loaded);
    });
  }, [edited, handle, save]);

  const create = async () => {
    const made = await handle.channels.create({ name, topic, type, category });
    if (made !== null) open(routes.chat(made));
  };
  const change = (known: ListedChannel) =>
    handle.channels.change(known.id, {
      ...(name !== known.name && { name }),
      ...(topic !== before && { topic }),
      ...(type !== known.type && { type }),
      ...(category !== known.category && { category }),
      ...(slowMode !== (known.slowModeSeconds ?? 0) && { slowModeSeconds: slowMode }),
    });
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (!isNamed || !isShort || before === null || saving.state === "busy") return;
    if (await save(() => (channel ? change(channel) : create()))) onClose();
  };

  return (
    <Modal title={channel ? words.titleEdit : words.titleNew} className="modal-small" onClose={onClose}>
      <form ref={form} className="modal-body form" noValidate onSubmit={submit}>
        <Field
          label={words.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={isChecked && !isNamed ? words.nameInvalid(limits.nameCodePoints) : undefined}
          autoComplete="off"
        />
        <Segments
          name={id}
          legend={words.type}
          value={type}
          onChange={setType}
          choices={guildChannelType.options.map((value) => ({
            value,
            label: words.types[value],
            icon: channelIcons[value],
          }))}
        />
        <p className="modal-hint">{words.typeHints[type]}</p>
        <Field
          label={words.topic}
          value={topic}
          onChange={(event) => setTopic(event.target.value)}
          hint={words.topicHint}
          disabled={before === null}
          error={isShort ? undefined : words.topicInvalid(limits.topicCodePoints)}
          autoComplete="off"
        />
        {view.categories.length > 0 && (
          <SelectField
            label={words.category}
            value={category ?? ""}
            onChange={(event) => setCategory(event.target.value || null)}
          >
            <option value="">{words.noCategory}</option>
            {view.categories.map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
          </SelectField>
        )}
        {channel && (
          <SelectField
            label={moderation.slowMode.label}
            hint={moderation.slowMode.hint}
            value={slowMode}
            onChange={(event) => setSlowMode(Number(event.target.value))}
          >
            {[...new Set([...SLOW_MODES, slowMode])].map((seconds) => (
              <option key={seconds} value={seconds}>
                {pauseOf(seconds, moderation)}
              </option>
            ))}
          </SelectField>
        )}
        {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
        <Button type="submit" look="primary" className="button-wide" busy={saving.state === "busy"}>
          {channel ? words.save : words.create}
        </Button>
      </form>
    </Modal>
  );
}
