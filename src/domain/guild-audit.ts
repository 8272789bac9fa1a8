// What the audit log of a guild says of a change: which fields it changed, from what to what.
import { type AuditChange, type AuditKind, type GuildPermission, limits } from "../protocol";
import { guildPermissions } from "./guild-mirror";
import { EffectivePermissions, type PermissionWords } from "./permission-list";

/** What is recorded of a change, besides who made it and when. */
export interface AuditRecord {
  kind: AuditKind;
  /** The user, role, category or channel that changed; null for the guild. */
  target: string | null;
  /** Empty if none was given. */
  reason?: string;
  changes?: readonly AuditChange[];
}

type AuditValue = AuditChange["before"];
type AuditFields = Readonly<Record<string, AuditValue | undefined>>;

/** The most characters of one text, and the most fields of one change. */
const TEXT_MAX = 300;
const CHANGES_MAX = 20;

/**
 * Returns the fields that differ. A field of `before` that `after` leaves out stays as it is, and
 * one that `before` does not have is new.
 */
export function changedFields(before: AuditFields, after: AuditFields): AuditChange[] {
  return Object.entries(after).flatMap(([field, value]) => {
    const old = before[field] ?? null;
    return value === undefined || JSON.stringify(old) === JSON.stringify(value)
      ? []
      : [{ field, before: old, after: value }];
  });
}

/** Returns the fields of something that was created. */
export const createdFields = (after: AuditFields): AuditChange[] => changedFields({}, after);

/** Returns the fields of something that was deleted. */
export const deletedFields = (before: AuditFields): AuditChange[] =>
  Object.entries(before).flatMap(([field, value]) =>
    value === undefined || value === null ? [] : [{ field, before: value, after: null }],
  );

/** Returns the names of a set of permissions. */
export const permissionNames = (words: PermissionWords): GuildPermission[] =>
  new EffectivePermissions(guildPermissions, words).names();

/** Returns changes as JSON of at most `auditChangeCharacters`, without the last ones if need be. */
export function encodeChanges(changes: readonly AuditChange[]): string {
  const kept = changes.slice(0, CHANGES_MAX).map(({ field, before, after }) => ({
    ...{ field, before: cut(before), after: cut(after) },
  }));
  let json = JSON.stringify(kept);
  while (json.length > limits.auditChangeCharacters) {
    kept.pop();
    json = JSON.stringify(kept);
  }
  return json;
}

const cut = (value: AuditValue): AuditValue =>
  typeof value === "string" && value.length > TEXT_MAX ? `${[...value].slice(0, TEXT_MAX - 1).join("")}…` : value;
