// Limits of the wire: numbers that a client must know or can notice, because they decide what a
// request may contain, whether it is refused, when a connection is closed, or what people see.
// The server enforces them; clients only read them. A number that changes only cost, latency or
// memory is tuning: see `domain/tuning.ts`.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;

export const limits = {
  /** Code points of a message: the requirement's 100,000 characters. */
  messageCodePoints: 100_000,
  /** Code points of the preview in an inbox row: one line of a list. */
  previewCodePoints: 140,
  /** Code points of a display name. */
  nameCodePoints: 80,
  /** Characters of a handle. */
  handleMin: 3,
  handleMax: 32,
  /** Characters of a password. Length makes a password strong. */
  passwordMin: 8,
  /** Bytes of a password in UTF-8. The bound keeps the input of scrypt small. */
  passwordMaxBytes: 256,
  /** Code points of a group's topic. */
  topicCodePoints: 1_024,
  /** Members of a group, fixed by the requirements. */
  groupMembers: 100,
  /** Distinct emoji under one message. */
  reactionsPerMessage: 20,
  /** Bytes of one emoji in UTF-8: a family with skin tones has 41. */
  emojiBytes: 64,
  /** Pinned messages of a channel: a list for reading, not an archive. */
  pinsPerChannel: 50,
  /** People named as the last authors of a thread. */
  threadParticipants: 5,
  /** Messages of a history page, by default and at most. */
  pageDefault: 50,
  pageMax: 100,
  /** Unread counts stop here; clients show "99+". */
  unreadMax: 100,
  /**
   * Code points of a search that are read. Each term is looked up, and real searches are shorter.
   */
  searchCodePoints: 256,
  /** Terms of a search that are looked up. */
  searchTerms: 32,
  /** Hits of a page of a search, by default and at most. */
  searchPageDefault: 20,
  searchPageMax: 50,
  /** Hits that a search by relevance ranks. Hits beyond them are noise. By date there is no end. */
  searchRankedHits: 1_000,
  /** Code points of the excerpt of a hit: three lines of a list. */
  excerptCodePoints: 240,
  /** Drafts of one person that are not empty. */
  drafts: 200,
  /**
   * Characters of a frame, and bytes of an HTTP body. 100,000 astral code points escaped as
   * \uXXXX\uXXXX are 1.2 MB.
   */
  frameBytes: 1.5 * MIB,
  /** Characters of a command's id. */
  commandIdCharacters: 64,
  /** Characters of an `Idempotency-Key` header. */
  idempotencyKeyCharacters: 255,
  /** How long a poll may be held. Proxies give up after half a minute. */
  longPollMs: 25 * SECOND,
  /** Commands of one HTTP request. */
  commandsPerRequest: 64,
  /** Bytes that wait for a client that stops reading before its socket is closed. */
  socketBufferBytes: 4 * MIB,
  /** A socket with more bytes than this waiting is slow. */
  socketSlowBytes: 1 * MIB,
  /** A socket that is slow for longer than this is closed. */
  socketSlowMs: 10 * SECOND,
  /**
   * Bytes that may wait for all sockets of an object before its slow sockets are closed: a quarter
   * of the 128 MB that an object has.
   */
  objectBufferBytes: 32 * MIB,
  /** Bytes beyond which every socket is closed that holds more than an equal share. */
  objectBufferMaxBytes: 64 * MIB,
  /**
   * Bytes that may wait for the closed sockets of one account before it is refused another socket:
   * as many as four sockets that stopped reading.
   */
  closedSocketBytesPerUser: 16 * MIB,
  /** Open sockets of one account in one object. */
  socketsPerUser: 20,
  /** Between two heartbeats of a client. */
  heartbeatMs: 30 * SECOND,
  /** How long a device counts as present without a heartbeat: two missed ones and some slack. */
  leaseMs: 75 * SECOND,
  /** Bounds of the random delay before a client reconnects. */
  backoffMinMs: 0.5 * SECOND,
  backoffMaxMs: 30 * SECOND,
  /** A socket that stays open this long resets the back-off. */
  backoffResetMs: 60 * SECOND,
  /** A dropped connection does not change a person's presence for this long. */
  graceMs: 30 * SECOND,
  /** A device that nobody touched for this long is not in use. */
  idleMs: 5 * MINUTE,
  /** People whose presence one device follows: a screenful. */
  watchedPeople: 50,
  /** People who may follow the presence of one person. Beyond them the oldest stop to follow. */
  watchersPerUser: 500,
  /** Between two `typing.start` commands of a client. */
  typingEveryMs: 3 * SECOND,
  /** How long clients show that a person is typing. */
  typingShownMs: 6 * SECOND,
  /** How long a session lasts after its last use. */
  sessionMs: 90 * DAY,
  /** Sessions of one account. A new one beyond them ends the oldest. */
  sessionsPerAccount: 50,
  /** How long an access token is valid. */
  accessTokenMs: 5 * MINUTE,
  /** Push devices of one account. A new one beyond them removes the oldest. */
  pushDevices: 20,
  /** Code points of a message in a notification. */
  pushCodePoints: 240,
  /** Between two notifications of a group that the member has not looked at meanwhile. */
  pushEveryMs: 60 * SECOND,
  /** How long a push service may keep a notification for a device that is switched off. */
  pushTtlMs: 7 * DAY,
  /** How long the handle of an erased account stays taken, so that nobody can impersonate it. */
  handleKeptMs: 30 * DAY,
} as const;

/** A rate: `burst` at once, then one every `everyMs`. */
export interface Rate {
  burst: number;
  everyMs: number;
}

/** Rates by what they guard. The `RATES` variable changes them, as tests and seeds do. */
export const rates = {
  /** Appending commands, per person and channel: 10 a second. */
  send: { burst: 30, everyMs: SECOND / 10 },
  /** Every other command of a socket (marks, pages, subscriptions), per person and object. */
  ask: { burst: 120, everyMs: SECOND / 20 },
  /** Sign-in attempts per handle and address: 10 per 10 minutes. */
  signIn: { burst: 10, everyMs: MINUTE },
  /** Sign-in attempts per address over all handles, against guessing through a list. */
  signInAddress: { burst: 100, everyMs: 6 * SECOND },
  /** Registrations per address: 20 an hour. A classroom may use all of them at once. */
  register: { burst: 20, everyMs: 3 * MINUTE },
  /** Requests that look up people or open channels, per account. */
  directory: { burst: 60, everyMs: SECOND },
  /** Requests that add, renew or test a push device, per account. */
  push: { burst: 20, everyMs: 10 * SECOND },
  /** Searches, per account: as fast as a person types and turns pages. */
  search: { burst: 60, everyMs: SECOND / 2 },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;
export type Rates = Record<RateName, Rate>;
