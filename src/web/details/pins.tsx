import { useEffect, useState } from "react";
import type { Message } from "../../protocol";
import type { ChannelHandle } from "../../sdk";
import { fullTime } from "../../text/times";
import { useStore } from "../app/client";
import { explain } from "../app/explain";
import { useLocale, useText } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Notice } from "../controls/notice";
import { Section } from "../controls/section";
import { messageLine } from "../people/content-line";

const PREVIEW_LENGTH = 200;

/** Returns a number that changes when a loaded message is pinned or unpinned. */
const useSign = (handle: ChannelHandle): number =>
  useStore(handle.view).messages.reduce((sign, { pin }) => sign + pin.version, 0);

export function Pins({ handle, onJump }: { handle: ChannelHandle; onJump(seq: number): void }) {
  const text = useText();
  const locale = useLocale();
  const { name } = useChannelContext();
  const [pins, setPins] = useState<readonly Message[] | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const sign = useSign(handle);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another sign means another list.
  useEffect(() => {
    let current = true;
    handle.pins().then(
      (found) => {
        if (!current) return;
        setPins(found);
        setProblem(null);
      },
      (thrown: unknown) => current && setProblem(thrown),
    );
    return () => {
      current = false;
    };
  }, [handle, sign]);

  return (
    <Section title={text.groups.pins}>
      {problem !== null && <Notice tone="danger">{explain(problem, text)}</Notice>}
      {pins?.length === 0 && <p className="modal-hint">{text.groups.noPins}</p>}
      <ul className="pins">
        {pins?.map(({ seq, author, at, body }) => (
          <li key={seq}>
            <button type="button" className="pin-row" title={text.groups.jump} onClick={() => onJump(seq)}>
              <strong dir="auto">{name(author)}</strong>
              <time dateTime={new Date(at).toISOString()}>{fullTime(at, locale)}</time>
              <span dir="auto">
                {body.state === "live" ? messageLine(body, PREVIEW_LENGTH, text) : text.chat.deleted}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Section>
  );
}
