// The changes of a person's inbox: rows, and settings that are synchronised across devices.
import { endOfMute } from "../../../src/domain/mute";
import {
  type ChannelLevel,
  type Draft,
  type InboxFrame,
  type InboxRow,
  type Mute,
  type NotificationSettings,
  type PresenceMode,
  putDraft,
  putLevel,
  putMute,
} from "../../../src/protocol";

export type Setting =
  | { draft: Draft }
  | { mute: Mute }
  | { level: ChannelLevel }
  | { presence: PresenceMode }
  | { notifications: NotificationSettings }
  | { requestsChanged: true }
  | { guildsChanged: string[] };

/** A version is the number of rows, plus this times the number of settings. */
const SETTINGS = 1_000;

function keyOf(one: Setting): string {
  if ("draft" in one) return `${one.draft.channel} ${one.draft.thread}`;
  if ("presence" in one || "notifications" in one || "requestsChanged" in one) return Object.keys(one).join();
  if ("guildsChanged" in one) return `guilds ${one.guildsChanged.join()}`;
  return "mute" in one ? `${one.mute.channel} is mute` : `${one.level.channel} has a level`;
}

/** Returns the setting that a request stores. */
export function settingOf(channel: string, kind: string, at: number, fields: object): Setting {
  if (kind === "draft") {
    const { ageMs = 0, ...content } = putDraft.parse(fields);
    return { draft: { channel, at: Math.max(0, at - ageMs), ...content } };
  }
  if (kind === "level") return { level: { channel, ...putLevel.parse(fields) } };
  const mute = putMute.parse(fields);
  return { mute: { channel, until: mute.until ?? endOfMute(mute, at) } };
}

export const draftsOf = (settings: readonly Setting[]): Draft[] =>
  settings.flatMap((one) => ("draft" in one ? [one.draft] : []));

/** Whether the draft of a request with an age was written before the one that is stored. */
export function isOutdated(next: Setting, settings: readonly Setting[], fields: object): boolean {
  if (!("draft" in next) || !("ageMs" in fields)) return false;
  const stored = settings.findLast((one) => keyOf(one) === keyOf(next));
  return stored !== undefined && "draft" in stored && stored.draft.at > next.draft.at;
}

/** Returns the fields of an inbox frame that carry settings. */
export function settingFields(settings: readonly Setting[]): Partial<InboxFrame> {
  const drafts = draftsOf(settings);
  const mutes = settings.flatMap((one) => ("mute" in one ? [one.mute] : []));
  const levels = settings.flatMap((one) => ("level" in one ? [one.level] : []));
  const guildsChanged = settings.flatMap((one) => ("guildsChanged" in one ? one.guildsChanged : []));
  return {
    ...settings.findLast((one) => "presence" in one),
    ...settings.findLast((one) => "notifications" in one),
    ...settings.findLast((one) => "requestsChanged" in one),
    ...(guildsChanged.length > 0 && { guildsChanged }),
    ...(drafts.length > 0 && { drafts }),
    ...(mutes.length > 0 && { mutes }),
    ...(levels.length > 0 && { levels }),
  };
}

/** Pages of two rows and two settings. Of settings stored twice, only the last is sent. */
export function changesOf(rows: readonly InboxRow[], settings: readonly Setting[], after: number) {
  const [fromRow, from] = [after % SETTINGS, Math.floor(after / SETTINGS)];
  const current = new Set(new Map(settings.map((one) => [keyOf(one), one])).values());
  const page = { rows: rows.slice(fromRow, fromRow + 2), settings: settings.slice(from, from + 2) };
  const isAll = fromRow + page.rows.length === rows.length && from + page.settings.length === settings.length;
  const version = after + page.rows.length + SETTINGS * page.settings.length;
  return { rows: page.rows, ...settingFields(page.settings.filter((one) => current.has(one))), version, more: !isAll };
}
