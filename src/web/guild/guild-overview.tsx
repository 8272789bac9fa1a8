import { type FormEvent, useId, useState } from "react";
import { displayName, limits, type Me } from "../../protocol";
import type { GuildHandle, GuildView } from "../../sdk";
import { guildsText } from "../../text/guilds";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { SelectField } from "../controls/select-field";
import { useSave } from "../controls/use-save";
import { channelGroups } from "./channel-order";
import { ColorChoice } from "./color-choice";
import { isDescription } from "./description";
import { GuildOwnership } from "./guild-ownership";
import { rightsIn } from "./rights";

interface GuildOverviewProps {
  handle: GuildHandle;
  view: GuildView;
  me: Me;
  onDone(): void;
}

export function GuildOverview({ handle, view, me, onDone }: GuildOverviewProps) {
  const text = useText();
  const { create: createWords, settings: words } = useWords(guildsText);
  const id = useId();
  const [name, setName] = useState(view.name);
  const [description, setDescription] = useState(view.description);
  const [color, setColor] = useState(view.color);
  const [welcomeChannel, setWelcome] = useState(view.welcomeChannel);
  const [saving, save] = useSave();
  const { may, isOwner } = rightsIn(view, me.id);
  const isNamed = displayName.safeParse(name).success;
  const isDescribed = isDescription(description);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isNamed || !isDescribed || saving.state === "busy") return;
    const change = {
      ...(name !== view.name && { name }),
      ...(description !== view.description && { description }),
      ...(color !== view.color && { color }),
      ...(welcomeChannel !== view.welcomeChannel && { welcomeChannel }),
    };
    void save(() => handle.change(change));
  };

  return (
    <>
      {may("manage_guild") && view.deleteAt === null && (
        <form className="form guild-form" noValidate onSubmit={submit}>
          <Field
            label={createWords.name}
            value={name}
            onChange={(event) => setName(event.target.value)}
            error={isNamed ? undefined : createWords.nameInvalid(limits.nameCodePoints)}
            autoComplete="off"
          />
          <Field
            label={createWords.description}
            value={description}
            onChange={(event) => setDescription(event.target.value)}
            hint={createWords.descriptionHint}
            error={isDescribed ? undefined : createWords.descriptionInvalid(limits.guildDescriptionCodePoints)}
            autoComplete="off"
          />
          <ColorChoice
            name={id}
            legend={createWords.color}
            value={color}
            onChange={(chosen) => chosen !== null && setColor(chosen)}
          />
          <SelectField
            label={words.welcome}
            hint={words.welcomeHint}
            value={welcomeChannel ?? ""}
            onChange={(event) => setWelcome(event.target.value || null)}
          >
            <option value="">{words.noWelcome}</option>
            {channelGroups(view)
              .flatMap(({ channels }) => channels)
              .map((channel) => (
                <option key={channel.id} value={channel.id}>
                  {channel.name}
                </option>
              ))}
          </SelectField>
          {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
          <div className="form-actions">
            <span className="saved" role="status">
              {saving.state === "saved" && words.saved}
            </span>
            <Button type="submit" look="primary" busy={saving.state === "busy"} disabled={!isNamed || !isDescribed}>
              {words.save}
            </Button>
          </div>
        </form>
      )}
      {isOwner && <GuildOwnership handle={handle} view={view} me={me} onDone={onDone} />}
    </>
  );
}
