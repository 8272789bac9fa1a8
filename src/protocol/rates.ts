// Rates and budgets: how much a person, an address or a channel may do in a time. The other limits
// are in `limits.ts`.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

/** A rate: `burst` at once, then one every `everyMs`. */
export interface Rate {
  burst: number;
  everyMs: number;
}

/**
 * Rates by what they guard. The `RATES` variable changes them, as tests and seeds do. The rates of
 * `coarseRates` are counted by bindings of wrangler.toml, which holds the same numbers.
 */
export const rates = {
  /** Appending commands, per person and channel: 10 a second. */
  send: { burst: 30, everyMs: SECOND / 10 },
  /** Every other command of a socket (marks, pages, subscriptions), per person and object. */
  ask: { burst: 120, everyMs: SECOND / 20 },
  /**
   * Frames of all kinds, before they are read, per person and object. A full burst of the largest
   * messages fits. Beyond the rate the socket is closed.
   */
  frame: { burst: 1_200, everyMs: SECOND / 100 },
  /** Opened sockets, per person and object: three times `socketsPerUser` at once. */
  upgrade: { burst: 60, everyMs: SECOND / 2 },
  /**
   * Reads of the directory for a person whom a large channel does not know, per person and channel.
   * A member needs one. Beyond the rate the person counts as a stranger.
   */
  visit: { burst: 5, everyMs: 10 * SECOND },
  /** HTTP requests of all kinds, per address: a large office behind one address. */
  address: { burst: 1_200, everyMs: (10 * SECOND) / 1_200 },
  /** HTTP requests and opened sockets of all kinds, per account. */
  request: { burst: 500, everyMs: (10 * SECOND) / 500 },
  /** Lookups of people by their handle, per account. */
  lookup: { burst: 60, everyMs: SECOND },
  /** Searches, per account: as fast as a person types and loads pages. */
  search: { burst: 120, everyMs: SECOND / 2 },
  /** Exports, per account. Each reads every log that the person wrote in. */
  export: { burst: 3, everyMs: 20 * SECOND },
  /** Requests that open or change channels, change members or end sessions, per account. */
  directory: { burst: 60, everyMs: SECOND },
  /** Changes of the profile, per account. Each is delivered to every channel of the person. */
  profile: { burst: 10, everyMs: 10 * SECOND },
  /** Requests that add, renew, remove or test a push device, per account. */
  push: { burst: 20, everyMs: 10 * SECOND },
  /** Sign-in attempts per handle and address: 10 per 10 minutes. */
  signIn: { burst: 10, everyMs: MINUTE },
  /** Sign-in attempts per address over all handles, against guessing through a list. */
  signInAddress: { burst: 100, everyMs: 6 * SECOND },
  /** Sign-in attempts per IPv6 /48, which one customer may hold: four times an address. */
  signInNetwork: { burst: 400, everyMs: 1.5 * SECOND },
  /**
   * Wrong passwords per handle over all addresses, and attempts to give the current password, per
   * account: 20, then one in 5 minutes, which is about 300 a day.
   */
  guess: { burst: 20, everyMs: 5 * MINUTE },
  /** Sign-in attempts of a known device, which the rates above do not bind. */
  signInDevice: { burst: 10, everyMs: MINUTE },
  /** Registrations per address: 20 an hour. A classroom may use all of them at once. */
  register: { burst: 20, everyMs: 3 * MINUTE },
  /** Registrations per IPv6 /48: three times an address. */
  registerNetwork: { burst: 60, everyMs: MINUTE },
  /** Previews of invites, per address, also without a sign-in. */
  preview: { burst: 60, everyMs: SECOND },
  /** Reports, per account: what a person who is being harassed writes in an evening. */
  report: { burst: 20, everyMs: MINUTE },
  /** Uploads that are begun, completed or given up, per account. */
  upload: { burst: 120, everyMs: SECOND },
  /** Parts and variants of uploads, per account: 80 MiB a second. */
  uploadPart: { burst: 200, everyMs: SECOND / 10 },
  /** Files that are read, per account: a gallery that is scrolled through. */
  file: { burst: 1_000, everyMs: (10 * SECOND) / 1_000 },
  /** Strangers who are asked into a channel, per account: a new group of them at once. */
  invite: { burst: 100, everyMs: 30 * SECOND },
} as const satisfies Record<string, Rate>;

/**
 * Budgets of stored text, in bytes of UTF-8, and of files, in bytes. The `BUDGETS` variable changes
 * them, as tests and seeds do. A day is a day of UTC.
 */
export const budgets = {
  /**
   * The text that one account may send or set by edits in a day, in all channels together: 20,000
   * messages of 260 bytes. Without this budget one account fills the archive's database in hours.
   */
  accountBytesPerDay: 5 * MIB,
  /** The same for one channel, of all its members together. */
  channelBytesPerDay: 50 * MIB,
  /**
   * The size of a channel's object from which it accepts only what makes it smaller. The platform
   * allows 10 GB. The rest is for deletions, edits of the roster and the state of members.
   */
  channelStorageBytes: 9e9,
  /** The bytes of files that one account may upload in a day, in all channels together. */
  accountFileBytesPerDay: 5 * GIB,
  /** The same for one channel, of all its members together. */
  channelFileBytesPerDay: 50 * GIB,
  /** The bytes of files that one account may keep. */
  accountFileBytes: 20 * GIB,
  /** The same for one channel, of all its members together: about 3 dollars a month. */
  channelFileBytes: 200 * GIB,
} as const;

export type Budgets = Record<keyof typeof budgets, number>;

export type RateName = keyof typeof rates;
export type Rates = Record<RateName, Rate>;
