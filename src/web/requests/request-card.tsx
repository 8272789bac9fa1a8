import { useState } from "react";
import { channelKinds } from "../../protocol";
import type { ChannelRequest } from "../../sdk";
import { requestsText } from "../../text/requests";
import { listTime } from "../../text/times";
import { client } from "../app/client";
import { explain } from "../app/explain";
import { useToday } from "../app/today";
import { useLocale, useText, useWords } from "../app/use-text";
import { Button } from "../controls/button";
import { Confirm } from "../controls/confirm";
import { Notice } from "../controls/notice";
import { useSave } from "../controls/use-save";
import { Avatar } from "../people/avatar";
import { nameOfPerson } from "../people/channel-face";
import { contentLine } from "../people/content-line";

interface RequestCardProps {
  request: ChannelRequest;
  onAccepted(): void;
  onDeclined(): void;
}

/** The most characters that are shown of a message. */
const SHOWN = 140;

/** One request: who asks, what for, the newest message as plain text, and the two answers. */
export function RequestCard({ request, onAccepted, onDeclined }: RequestCardProps) {
  const text = useText();
  const words = useWords(requestsText);
  const locale = useLocale();
  const today = useToday();
  const [accepting, accept] = useSave();
  const [isAsking, setAsking] = useState(false);
  const { channel, kind, name, from, createdAt, members, preview } = request;
  const person = nameOfPerson(from, text);
  const at = preview?.at ?? createdAt;

  return (
    <li className="request">
      <Avatar id={from.id} name={from.name} size="m" />
      <div className="request-words">
        <p className="request-from">
          <strong dir="auto">{person}</strong>
          <span>@{from.handle}</span>
          <time dateTime={new Date(at).toISOString()}>
            {listTime(at, Math.max(today, at), locale, text.chat.yesterday)}
          </time>
        </p>
        <p dir="auto">{kind === "group" ? `${words.group(name)} · ${text.groups.members(members)}` : words.direct}</p>
        {channelKinds[kind].roster === "pair" && (
          <p className="request-preview" dir="auto" data-empty={preview === null || undefined}>
            {preview === null ? words.noMessage : contentLine(preview, SHOWN, text)}
          </p>
        )}
        {accepting.state === "failed" && <Notice tone="danger">{explain(accepting.thrown, text)}</Notice>}
        <div className="request-answers">
          <Button
            look="primary"
            aria-label={words.acceptOf(person)}
            busy={accepting.state === "busy"}
            onClick={async () => {
              if (await accept(() => client.requests.accept(channel))) onAccepted();
            }}
          >
            {words.accept}
          </Button>
          <Button aria-label={words.declineOf(person)} onClick={() => setAsking(true)}>
            {words.decline}
          </Button>
        </div>
      </div>
      {isAsking && (
        <Confirm
          title={words.declineTitle(person)}
          hint={words.declineHint(person)}
          action={words.decline}
          onConfirm={async () => {
            await client.requests.decline(channel);
            onDeclined();
          }}
          onClose={() => setAsking(false)}
        />
      )}
    </li>
  );
}
