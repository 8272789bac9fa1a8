import { GraduationCap, type LucideIcon, Sparkles, Square, UsersRound } from "lucide-react";
import { type FormEvent, useEffect, useId, useRef, useState } from "react";
import { displayName, type GuildTemplate, limits } from "../../protocol";
import { guildsText } from "../../text/guilds";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Modal } from "../controls/modal";
import { Notice } from "../controls/notice";
import { ColorChoice } from "./color-choice";
import { isDescription } from "./description";
import { palette } from "./tint";
import "./guild.css";

const templates: readonly { id: GuildTemplate; icon: LucideIcon }[] = [
  { id: "team", icon: UsersRound },
  { id: "class", icon: GraduationCap },
  { id: "community", icon: Sparkles },
  { id: "blank", icon: Square },
];

interface CreateGuildProps {
  onCreated(id: string): void;
  onClose(): void;
}

export function CreateGuild({ onCreated, onClose }: CreateGuildProps) {
  const text = useText();
  const { create: words } = useWords(guildsText);
  const id = useId();
  const form = useRef<HTMLFormElement>(null);
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const [color, setColor] = useState(palette[0] ?? 0);
  const [template, setTemplate] = useState<GuildTemplate>("team");
  const [state, setState] = useState<"editing" | "checked" | "busy">("editing");
  const [problem, setProblem] = useState<string | null>(null);
  const isNamed = displayName.safeParse(name).success;
  const isDescribed = isDescription(description);

  useEffect(() => form.current?.querySelector("input")?.focus(), []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (state === "busy") return;
    if (!isNamed || !isDescribed) return setState("checked");
    setState("busy");
    setProblem(null);
    try {
      onCreated(await client.guilds.create({ name, description, color, template }));
    } catch (thrown) {
      setProblem(explain(thrown, text));
      setState("editing");
    }
  };

  return (
    <Modal title={words.title} className="modal-small" onClose={onClose}>
      <form ref={form} className="modal-body form" noValidate onSubmit={submit}>
        <Field
          label={words.name}
          value={name}
          onChange={(event) => setName(event.target.value)}
          error={state === "checked" && !isNamed ? words.nameInvalid(limits.nameCodePoints) : undefined}
          autoComplete="off"
        />
        <fieldset className="templates">
          <legend>{words.template}</legend>
          {templates.map(({ id: own, icon: Icon }) => (
            <label key={own} className="template">
              <input
                type="radio"
                name={`${id}-template`}
                checked={own === template}
                onChange={() => setTemplate(own)}
              />
              <Icon aria-hidden />
              <span>
                <strong>{words.templates[own].name}</strong>
                <span>{words.templates[own].hint}</span>
              </span>
            </label>
          ))}
        </fieldset>
        <Field
          label={words.description}
          value={description}
          onChange={(event) => setDescription(event.target.value)}
          hint={words.descriptionHint}
          error={isDescribed ? undefined : words.descriptionInvalid(limits.guildDescriptionCodePoints)}
          autoComplete="off"
        />
        <ColorChoice
          name={`${id}-color`}
          legend={words.color}
          value={color}
          onChange={(chosen) => chosen !== null && setColor(chosen)}
        />
        {problem && <Notice tone="danger">{problem}</Notice>}
        <Button type="submit" look="primary" className="button-wide" busy={state === "busy"}>
          {words.action}
        </Button>
      </form>
    </Modal>
  );
}
