// A list of permissions and sets of them. A set is two words of at most 31 bits: bit operations of
// JavaScript have 32 bits, and the sign bit stays unused. On the wire a set is an array of names.

/** A set of permissions. Permission 0 to 30 of the list is a bit of `low`, 31 to 61 of `high`. */
export interface PermissionWords {
  readonly low: number;
  readonly high: number;
}

export const noPermissions: PermissionWords = { low: 0, high: 0 };

export const union = (one: PermissionWords, other: PermissionWords): PermissionWords => ({
  low: one.low | other.low,
  high: one.high | other.high,
});
export const without = (one: PermissionWords, other: PermissionWords): PermissionWords => ({
  low: one.low & ~other.low,
  high: one.high & ~other.high,
});
export const common = (one: PermissionWords, other: PermissionWords): PermissionWords => ({
  low: one.low & other.low,
  high: one.high & other.high,
});

const WORD_BITS = 31;

const wordsOfBit = (bit: number): PermissionWords =>
  bit < WORD_BITS ? { low: 1 << bit, high: 0 } : { low: 0, high: 1 << (bit - WORD_BITS) };

/** What a list says of its permissions. */
export interface PermissionListRules<Name extends string> {
  /** The order decides the bits, so a new name goes to the end. At most 62 names. */
  names: readonly Name[];
  /** Without this permission a member has none. */
  access: Name;
  /** The permission that includes all others. No override changes it. Null if there is none. */
  administrator: Name | null;
  /** The permissions that are lost without another one. */
  dependents: Partial<Record<Name, readonly Name[]>>;
  /** What a member keeps in a time-out, with everything that it depends on. */
  keptInTimeOut: readonly Name[];
}

/** The permissions of one kind of channel, with their bits. */
export class PermissionList<Name extends string> {
  readonly names: readonly Name[];
  /** Every permission of the list. */
  readonly all: PermissionWords;
  /** Null if the list has no administrator. */
  readonly administrator: PermissionWords | null;
  readonly keptInTimeOut: PermissionWords;
  readonly #bits: ReadonlyMap<Name, number>;
  readonly #access: PermissionWords;
  readonly #losses: readonly { needed: PermissionWords; dependents: PermissionWords }[];

  /** Throws a RangeError if the rules contradict each other or need more than 62 bits. */
  constructor({ names, access, administrator, dependents, keptInTimeOut }: PermissionListRules<Name>) {
    if (names.length > 2 * WORD_BITS) throw new RangeError("there are more permissions than bits");
    if (new Set(names).size < names.length) throw new RangeError("a permission is in the list twice");
    this.names = names;
    this.#bits = new Map(names.map((name, bit) => [name, bit]));
    this.all = this.wordsOf(names);
    this.administrator = administrator === null ? null : this.wordsOf([administrator]);
    this.#access = this.wordsOf([access]);
    this.#losses = names
      .filter((name) => dependents[name] !== undefined)
      .map((name) => ({ needed: this.wordsOf([name]), dependents: this.wordsOf(dependentsOf(name, dependents)) }));
    this.keptInTimeOut = this.wordsOf(keptInTimeOut);
    if (!isSame(this.withoutLosses(this.keptInTimeOut), this.keptInTimeOut))
      throw new RangeError("a time-out keeps a permission without what it depends on");
  }

  /** Returns the set of these permissions. Throws a RangeError for a name of no permission. */
  wordsOf(names: readonly Name[]): PermissionWords {
    return names.reduce((words, name) => {
      const bit = this.bitOf(name);
      if (bit === undefined) throw new RangeError(`the permission ${name} is not in the list`);
      return union(words, wordsOfBit(bit));
    }, noPermissions);
  }

  /** Returns the bit of a permission; undefined if the list does not have it. */
  bitOf(name: Name): number | undefined {
    return this.#bits.get(name);
  }

  /** Returns the set without the permissions that depend on one that is missing. */
  withoutLosses(words: PermissionWords): PermissionWords {
    if (!includes(words, this.#access)) return noPermissions;
    const lost = this.#losses.filter(({ needed }) => !includes(words, needed));
    return lost.reduce((left, { dependents }) => without(left, dependents), words);
  }
}

/** What a member may do. Resolved once for a member and a revision, then checked by its bits. */
export class EffectivePermissions<Name extends string> {
  constructor(
    private readonly list: PermissionList<Name>,
    readonly words: PermissionWords,
  ) {}

  /** Whether the member has a permission. A permission that the list does not have is missing. */
  has(name: Name): boolean {
    const bit = this.list.bitOf(name);
    if (bit === undefined) return false;
    return bit < WORD_BITS ? (this.words.low & (1 << bit)) !== 0 : (this.words.high & (1 << (bit - WORD_BITS))) !== 0;
  }

  /** Whether the list has a permission that the member lacks. */
  lacks(name: Name): boolean {
    return this.list.bitOf(name) !== undefined && !this.has(name);
  }

  /** Returns the names in the order of the list. */
  names(): Name[] {
    return this.list.names.filter((name) => this.has(name));
  }
}

/** Returns the permissions that are in one of two sets and not in the other. */
export const difference = (one: PermissionWords, other: PermissionWords): PermissionWords =>
  union(without(one, other), without(other, one));

/** Whether a set has every permission of `wanted`. */
export const includes = (words: PermissionWords, wanted: PermissionWords): boolean =>
  isSame(common(words, wanted), wanted);

export const isSame = (one: PermissionWords, other: PermissionWords): boolean =>
  one.low === other.low && one.high === other.high;

/** Returns everything that is lost without a permission, also through others. */
function dependentsOf<Name extends string>(
  name: Name,
  dependents: PermissionListRules<Name>["dependents"],
): readonly Name[] {
  const found = [...(dependents[name] ?? [])];
  // The loop also visits what it adds.
  for (const next of found) found.push(...(dependents[next] ?? []).filter((further) => !found.includes(further)));
  return found;
}
