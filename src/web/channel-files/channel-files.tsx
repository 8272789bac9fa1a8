// A panel with the pictures, files and links of a channel, also those of old messages.
import { FileText, Link as LinkIcon, MessageSquareText } from "lucide-react";
import { useEffect, useId, useRef, useState } from "react";
import type { Attachment, SearchHit } from "../../protocol";
import type { ChannelHandle } from "../../sdk";
import { channelFilesText } from "../../text/channel-files";
import { filesText } from "../../text/files";
import { fullTime } from "../../text/times";
import { PanelFrame } from "../app/panel";
import { routes } from "../app/routes";
import { useRoute } from "../app/use-route";
import { useLocale, useText, useWords } from "../app/use-text";
import { useChannelContext } from "../chat/channel-context";
import { Button } from "../controls/button";
import { IconButton } from "../controls/icon-button";
import { Notice } from "../controls/notice";
import { Segments } from "../controls/segments";
import { addressOf, kindOfFile, variantOf } from "../files/file-address";
import { Lightbox } from "../files/lightbox";
import { Placeholder } from "../files/placeholder";
import { linksIn } from "./links";
import { type ListedKind, useChannelFiles } from "./use-channel-files";
import "./channel-files.css";

interface ChannelFilesPanelProps {
  handle: ChannelHandle;
  /** Shows a message in the chat. */
  onJump(seq: number): void;
  onClose(): void;
}

/** The next page is loaded this far before it scrolls into view. */
const AHEAD = "600px";

export function ChannelFilesPanel({ handle, onJump, onClose }: ChannelFilesPanelProps) {
  const words = useWords(channelFilesText);
  const text = useText();
  const name = useId();
  const { open } = useRoute();
  const { isBlocked } = useChannelContext();
  const [kind, setKind] = useState<ListedKind>("image");
  const { list, more } = useChannelFiles(handle, kind);
  const body = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(more);
  latest.current = more;
  const mayLoad = list.state === "loaded" && list.next !== null;
  // Each page may leave the end in sight, and then another page is loaded.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above.
  useEffect(() => {
    const element = end.current;
    if (!element || !mayLoad) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && latest.current(), {
      root: body.current,
      rootMargin: AHEAD,
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [mayLoad, list.hits]);

  const hits = list.hits.filter(({ author }) => !isBlocked(author));
  const jump = ({ seq, thread }: SearchHit) =>
    thread === null ? onJump(seq) : open(routes.message(handle.id, seq, thread));
  const items = { image: picturesIn(hits), file: filesIn(hits), link: linksOf(hits) };
  const isEmpty = items[kind].length === 0 && list.state === "loaded" && list.next === null;

  return (
    <PanelFrame title={words.title} closeLabel={words.close} onClose={onClose}>
      <div ref={body} className="panel-body channel-files">
        <Segments
          name={name}
          legend={words.kinds}
          value={kind}
          choices={[
            { value: "image", label: words.pictures },
            { value: "file", label: words.files },
            { value: "link", label: words.links },
          ]}
          onChange={setKind}
        />
        {kind === "image" && <PictureGrid items={items.image} onJump={jump} />}
        {kind === "file" && (
          <ul className="listed-files">
            {items.file.map(({ file, hit }) => (
              <ListedFile key={file.id} file={file} hit={hit} onJump={jump} />
            ))}
          </ul>
        )}
        {kind === "link" && (
          <ul className="listed-files">
            {items.link.map(({ link, hit }) => (
              <ListedLink key={`${hit.seq} ${link}`} link={link} hit={hit} onJump={jump} />
            ))}
          </ul>
        )}
        {isEmpty && <p className="modal-hint">{words.none[kind]}</p>}
        {list.isIncomplete && <p className="modal-hint">{words.incomplete}</p>}
        {list.state === "failed" && <Notice tone="danger">{words.failed}</Notice>}
        <p className="modal-hint" role="status">
          {list.state === "loading" ? words.loading : ""}
        </p>
        {(mayLoad || list.state === "failed") && (
          <div ref={end}>
            <Button look="quiet" onClick={more}>
              {list.state === "failed" ? text.app.retry : words.more}
            </Button>
          </div>
        )}
      </div>
    </PanelFrame>
  );
}

interface Listed {
  hit: SearchHit;
  file: Attachment;
}

const filesOf = (hits: readonly SearchHit[], isWanted: (file: Attachment) => boolean): Listed[] =>
  hits.flatMap((hit) => (hit.attachments ?? []).filter(isWanted).map((file) => ({ hit, file })));
const picturesIn = (hits: readonly SearchHit[]) => filesOf(hits, (file) => kindOfFile(file) === "image");
const filesIn = (hits: readonly SearchHit[]) => filesOf(hits, (file) => kindOfFile(file) !== "image");
const linksOf = (hits: readonly SearchHit[]) =>
  hits.flatMap((hit) => linksIn(hit.excerpt.text).map((link) => ({ hit, link })));

interface JumpProps {
  onJump(hit: SearchHit): void;
}

function PictureGrid({ items, onJump }: JumpProps & { items: readonly Listed[] }) {
  const words = useWords(filesText);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <>
      <div className="picture-grid">
        {items.map(({ file }) => (
          <button
            key={file.id}
            type="button"
            className="picture"
            aria-label={words.open(file.alt ?? file.name)}
            onClick={() => setShown(file.id)}
          >
            <Placeholder thumbhash={file.thumbhash} />
            <img
              src={addressOf(file, variantOf(file, "thumbnail", "view"))}
              alt={file.alt ?? ""}
              loading="lazy"
              decoding="async"
            />
          </button>
        ))}
      </div>
      {shown !== null && (
        <Lightbox
          pictures={items.map(({ file }) => file)}
          first={shown}
          onClose={() => setShown(null)}
          onJump={(id) => {
            setShown(null);
            const found = items.find(({ file }) => file.id === id);
            if (found) onJump(found.hit);
          }}
        />
      )}
    </>
  );
}

function ListedFile({ file, hit, onJump }: JumpProps & Listed) {
  const words = useWords(filesText);
  const locale = useLocale();
  return (
    <li>
      <a className="file-row" href={addressOf(file, "original")} download={file.name}>
        <FileText aria-hidden />
        <span dir="auto">{file.name}</span>
        <small>{words.size(file.size, locale)}</small>
      </a>
      <Sent hit={hit} onJump={onJump} />
    </li>
  );
}

function ListedLink({ link, hit, onJump }: JumpProps & { link: string; hit: SearchHit }) {
  return (
    <li>
      <a className="file-row" href={link} target="_blank" rel="noopener noreferrer">
        <LinkIcon aria-hidden />
        <span dir="auto">{link}</span>
      </a>
      <Sent hit={hit} onJump={onJump} />
    </li>
  );
}

/** Who sent it and when, and the way to its message. */
function Sent({ hit, onJump }: JumpProps & { hit: SearchHit }) {
  const words = useWords(channelFilesText);
  const locale = useLocale();
  const { fullName } = useChannelContext();
  return (
    <div className="listed-sent">
      <small dir="auto">{words.sent(fullName(hit.author), fullTime(hit.at, locale))}</small>
      <IconButton icon={MessageSquareText} label={words.jump} onClick={() => onJump(hit)} />
    </div>
  );
}
