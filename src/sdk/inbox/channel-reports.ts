// What the reports of channels change outside of the channels: the inbox, the records of channels,
// and the list of former channels.
import type { HeardEvent } from "../../protocol";
import { changesDirectory } from "../channel/notices";
import type { ChannelHandles } from "../channel/open-channels";
import type { ChannelReport } from "../channel/reports";
import type { ParleyError } from "../parley-error";
import type { ChannelRecords } from "./channel-records";
import type { FormerChannels } from "./former-channels";
import type { Inbox } from "./inbox";

interface ReportListener {
  /** The server named the user. */
  identified(user: string): void;
  signedOut(error: ParleyError): void;
}

export class ChannelReports {
  readonly #inbox: Inbox;
  readonly #records: ChannelRecords;
  readonly #handles: ChannelHandles;
  readonly #formerChannels: FormerChannels;
  readonly #listener: ReportListener;

  constructor(
    inbox: Inbox,
    records: ChannelRecords,
    handles: ChannelHandles,
    formerChannels: FormerChannels,
    listener: ReportListener,
  ) {
    this.#inbox = inbox;
    this.#records = records;
    this.#handles = handles;
    this.#formerChannels = formerChannels;
    this.#listener = listener;
    let isComplete = false;
    inbox.entries.subscribe(() => {
      const isNowComplete = inbox.entries.get() !== null;
      if (isNowComplete && !isComplete) this.#loadRecords();
      isComplete = isNowComplete;
    });
  }

  received(id: string, report: ChannelReport): void {
    if (report.type === "events-applied") this.#eventsApplied(id, report.events);
    else if (report.type === "read") this.#inbox.markRead(id, report.seq);
    else if (report.type === "texts-refused") this.#formerChannels.renew();
    else if (report.type === "set-unread") this.#inbox.markUnread(id, report.seq);
    else if (report.type === "identified") this.#identified(id, report.user);
    else if (report.type === "seen") this.#inbox.markSeen(id, report.seqs);
    else if (report.type === "subscription-ended") this.#records.refresh(id);
    else if (report.type === "signed-out") this.#listener.signedOut(report.error);
  }

  #eventsApplied(id: string, events: readonly HeardEvent[]): void {
    const handle = this.#handles.known(id);
    if (handle) this.#inbox.applyEvents(id, events, handle.log);
    if (events.some(changesDirectory)) this.#records.refresh(id);
  }

  #identified(id: string, user: string): void {
    this.#listener.identified(user);
    if (this.#inbox.needsRecord(id)) this.#records.refresh(id);
  }

  /**
   * Loads what the open channels need when the inbox is complete: the members of channels of
   * guilds, and the records of channels from links.
   */
  #loadRecords(): void {
    for (const { id, isNeeded } of this.#handles)
      if (isNeeded && this.#inbox.needsRecord(id)) this.#records.refresh(id);
  }
}
