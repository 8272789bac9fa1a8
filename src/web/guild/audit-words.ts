// The words of an entry of the audit log. Ids become names where the guild still has them.
import type { AuditEntry, GuildView } from "../../sdk";
import type { auditLogText } from "../../text/audit-log";
import type { Dictionary } from "../../text/dictionary";
import type { guildRolesText } from "../../text/guild-roles";
import type { guildsText } from "../../text/guilds";
import { fullTime } from "../../text/times";
import { nameOfPerson } from "../people/channel-face";

type Value = AuditEntry["changes"][number]["before"];

export interface AuditWording {
  text: Dictionary;
  words: (typeof auditLogText)["en"];
  roles: (typeof guildRolesText)["en"];
  guilds: (typeof guildsText)["en"];
  locale: string;
  view: GuildView;
  /** The names of the members. */
  names: ReadonlyMap<string, string>;
}

/** Returns what an entry says that was done. */
export const deedOf = ({ kind }: AuditEntry, { words }: AuditWording): string =>
  Object.hasOwn(words.kinds, kind) ? words.kinds[kind as keyof typeof words.kinds] : words.unknownKind;

/** Returns the name of what an entry is about; null for the guild itself. */
export function targetOf({ target, user, changes }: AuditEntry, wording: AuditWording): string | null {
  if (target === null) return null;
  if (user) return nameOfPerson(user, wording.text);
  const named = changes.find(({ field }) => field === "name");
  const former = named && (named.after ?? named.before);
  return nameOfId(target, wording) ?? (typeof former === "string" ? former : wording.words.gone);
}

/** Returns the changes of an entry as sentences. */
export const changesOf = ({ changes }: AuditEntry, wording: AuditWording): string[] =>
  changes.map(({ field, before, after }) => {
    const { words } = wording;
    const label = Object.hasOwn(words.fields, field)
      ? words.fields[field as keyof typeof words.fields]
      : (nameOfId(field, wording) ?? words.gone);
    const [old, next] = [wordOf(field, before, wording), wordOf(field, after, wording)];
    return old === next ? `${label}: ${next}` : words.change(label, old, next);
  });

function nameOfId(id: string, { view, names }: AuditWording): string | null {
  const found = [...view.roles, ...view.channels, ...view.categories].find((one) => one.id === id);
  return found?.name ?? names.get(id) ?? null;
}

const IDS: readonly string[] = ["welcomeChannel", "channel", "owner", "category", "subject", "role"];

function wordOf(field: string, value: Value, wording: AuditWording): string {
  const { words, roles, guilds, locale } = wording;
  if (value === null || value === "") return words.nothing;
  if (typeof value === "boolean") return value ? words.yes : words.no;
  if (Array.isArray(value)) {
    const known = value.map((one) =>
      Object.hasOwn(roles.permissions, one) ? roles.permissions[one as keyof typeof roles.permissions].name : one,
    );
    return known.length === 0 ? words.nothing : known.join(", ");
  }
  if (typeof value === "number") {
    if (field === "until") return fullTime(value, locale);
    return field === "color" ? `#${value.toString(16).padStart(6, "0")}` : String(value);
  }
  if (IDS.includes(field)) return nameOfId(value, wording) ?? words.gone;
  const { types } = guilds.channel;
  return field === "type" && Object.hasOwn(types, value) ? types[value as keyof typeof types] : value;
}
