import { Pencil } from "lucide-react";
import { type FormEvent, useState } from "react";
import { channelKinds, displayName, limits, type Me, topic as topicRule } from "../../protocol";
import type { InboxEntry } from "../../sdk";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Button } from "../controls/button";
import { Field } from "../controls/field";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { faceOf } from "../people/channel-face";
import { Face } from "../people/face";
import { PresenceLine } from "../people/presence";

export function About({ entry, me }: { entry: InboxEntry; me: Me }) {
  const text = useText();
  const { may } = useChannelContext();
  const [isEditing, setEditing] = useState(false);
  const face = faceOf(entry, me.id, text);
  const isManaged = channelKinds[entry.kind].roster === "managed";
  return (
    <section className="about">
      <Face face={face} size="l" />
      {isEditing ? (
        <AboutForm entry={entry} onDone={() => setEditing(false)} />
      ) : (
        <>
          <h3 dir="auto">{face.name}</h3>
          {isManaged || entry.guild !== undefined ? (
            <p dir="auto">{entry.topic || text.groups.noTopic}</p>
          ) : (
            <p>
              {face.kind === "person" && !face.isGone && <PresenceLine id={face.id} />}
              {face.handle ? `@${face.handle}` : face.kind === "notes" && text.chats.notesHint}
            </p>
          )}
          {isManaged && may("manage") && (
            <Button look="quiet" onClick={() => setEditing(true)}>
              <Pencil aria-hidden />
              {text.groups.edit}
            </Button>
          )}
        </>
      )}
    </section>
  );
}

function AboutForm({ entry, onDone }: { entry: InboxEntry; onDone(): void }) {
  const text = useText();
  const [name, setName] = useState(entry.name);
  const [topic, setTopic] = useState(entry.topic);
  const [saving, save] = useSave();
  const isNamed = displayName.safeParse(name).success;
  const isShort = topicRule.safeParse(topic).success;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (!isNamed || !isShort) return;
    if (await save(() => client.changeChannel(entry.id, { name, topic }))) onDone();
  };

  return (
    <form className="form" noValidate onSubmit={submit}>
      <Field
        label={text.groups.name}
        value={name}
        onChange={(event) => setName(event.target.value)}
        error={isNamed ? undefined : text.groups.nameInvalid(limits.nameCodePoints)}
        autoComplete="off"
      />
      <Field
        label={text.groups.topic}
        value={topic}
        onChange={(event) => setTopic(event.target.value)}
        error={isShort ? undefined : text.groups.topicInvalid(limits.topicCodePoints)}
        autoComplete="off"
      />
      {saving.state === "failed" && <Notice tone="danger">{explain(saving.thrown, text)}</Notice>}
      <div className="form-actions">
        <Button onClick={onDone}>{text.app.cancel}</Button>
        <Button type="submit" look="primary" busy={saving.state === "busy"} disabled={!isNamed || !isShort}>
          {text.groups.save}
        </Button>
      </div>
    </form>
  );
}
