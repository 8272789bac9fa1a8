// Every number that binds a client, with its unit and its reason. The server enforces them; the page and the SDK only read them.

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;

export const limits = {
  /** Code points of a message: the requirement's 100,000 characters. */
  messageCodePoints: 100_000,
  /** Code points of the preview an inbox row carries: one line of a list. */
  previewCodePoints: 140,
  /** Code points of a display name. */
  nameCodePoints: 80,
  handleMin: 3,
  handleMax: 32,
  /** Length is what makes a password strong; the upper bound keeps scrypt's input small. */
  passwordMin: 8,
  passwordMaxBytes: 256,
  /** Code points of a group's topic: what it is for. */
  topicCodePoints: 1_024,
  /** Members of a group, fixed by the requirements. */
  groupMembers: 100,
  /** Distinct emoji under one message, and how long one may be (a family with skin tones has 41 bytes). */
  reactionsPerMessage: 20,
  emojiBytes: 64,
  /** Pinned messages of a channel: a list to be read, not an archive. */
  pinsPerChannel: 50,
  /** Faces shown under a thread's root. */
  threadParticipants: 5,
  pageDefault: 50,
  pageMax: 100,
  /** Unread counts stop here; clients show "99+". */
  unreadMax: 100,
  /** Code points of a search that are read: nobody types more, and each term is looked up. */
  searchCodePoints: 256,
  /** Terms of a search that are looked up. */
  searchTerms: 32,
  searchPageDefault: 20,
  searchPageMax: 50,
  /** Hits by relevance end there: beyond, they are noise. By date there is no end. */
  searchDepth: 1_000,
  /** Code points of the excerpt of a hit: three lines of a list. */
  excerptCodePoints: 240,
  /** Drafts of one person, empty ones aside. */
  drafts: 200,
  /** A frame from a client: 100,000 astral code points escaped as \uXXXX\uXXXX are 1.2 MB. */
  frameBytes: 1.5 * MIB,
  /** A resume page, so that a device far behind never floods its own socket. */
  resumePageBytes: 256 * KIB,
  resumePageEntries: 1_000,
  /** How long a poll may be held: shorter than the half minute after which proxies give up. */
  longPollMs: 25 * SECOND,
  /** Commands of one HTTP request: as many as a turn. */
  commandsPerRequest: 64,
  /** A turn is flushed at once at this many commands or bytes; waiting longer starves the timer under a flood. */
  turnCommands: 64,
  turnBytes: 256 * KIB,
  /** What a socket that stops reading may pile up in the server's memory before it is closed. */
  socketBufferBytes: 4 * MIB,
  socketSlowBytes: 1 * MIB,
  socketSlowMs: 10 * SECOND,
  /** What all sockets of an object may pile up together before the slow ones among them go: a quarter of the 128 MB it lives in. */
  objectBufferBytes: 32 * MIB,
  /** And before everybody goes who holds more than their share of it. */
  objectBufferMaxBytes: 64 * MIB,
  /** What somebody's closed sockets may still hold before they wait for another: four that stopped reading. */
  leavingBytesPerUser: 16 * MIB,
  /** Open sockets of one account in one object: many devices, not a flood. */
  socketsPerUser: 20,
  heartbeatMs: 30 * SECOND,
  /** Two missed beats and some slack. */
  leaseMs: 75 * SECOND,
  backoffMinMs: 500,
  backoffMaxMs: 30 * SECOND,
  /** A socket this old resets the back-off. */
  backoffResetMs: 60 * SECOND,
  /** A drop shorter than that is none: nobody sees somebody go and come. */
  graceMs: 30 * SECOND,
  /** A device without a touch for that long is not in use. */
  idleMs: 5 * MINUTE,
  /** People whose presence one device follows: a screenful. */
  watchedPeople: 50,
  /** People who follow one person, beyond which the oldest are forgotten. */
  watchers: 500,
  typingEveryMs: 3 * SECOND,
  typingShownMs: 6 * SECOND,
  sessionMs: 90 * DAY,
  /** A session slides at most this often, so that reading costs no row. */
  sessionTouchMs: 1 * HOUR,
  sessionsPerAccount: 50,
  accessTokenMs: 5 * MINUTE,
  /** Between two signals to the same user object, so that a burst is one call a few times a second. */
  signalMs: 500,
  /** The same for a person who has the channel open: only their other devices wait for it. */
  signalHereMs: 2 * SECOND,
  /** The same where every device that listens has the channel open: all it would bring is there already. */
  signalAloneMs: 60 * SECOND,
  /** Devices of one account that are told by push; the oldest goes when there are more. */
  pushDevices: 20,
  /** Code points of a message that a notification shows. */
  pushCodePoints: 240,
  /** Between two notifications of a group that nobody has looked at meanwhile. */
  pushEveryMs: 60 * SECOND,
  /** How long a push service may keep a notification for a device that is off. */
  pushKeptMs: 7 * DAY,
  /** How long an operator can see what could not be pushed. */
  deadLettersMs: 30 * DAY,
  /** How long the handle of an erased account stays taken, so that nobody passes for them at once. */
  handleKeptMs: 30 * DAY,
} as const;

/** A rate: `burst` at once, then one every `everyMs`. */
export interface Rate {
  burst: number;
  everyMs: number;
}

/** Rates by what they guard. An operator raises them with the `RATES` variable (tests and seeds do). */
export const rates = {
  /** Appending commands, per person and channel: 10 a second. */
  send: { burst: 30, everyMs: SECOND / 10 },
  /** Everything else a socket may ask (marks, pages, subscribes), per person and object. */
  ask: { burst: 120, everyMs: SECOND / 20 },
  /** Sign-in attempts per handle and address: 10 per 10 minutes. */
  signIn: { burst: 10, everyMs: MINUTE },
  /** Sign-in attempts per address, over all handles: a guesser who walks through a list. */
  signInAddress: { burst: 100, everyMs: 6 * SECOND },
  /** Registrations per address: 20 an hour, and as many at once for a classroom. */
  register: { burst: 20, everyMs: 3 * MINUTE },
  /** Look-ups of people and creation of channels, per account. */
  directory: { burst: 60, everyMs: SECOND },
  /** Devices that are added, renewed or tried out, per account. */
  push: { burst: 20, everyMs: 10 * SECOND },
  /** Searches, per account: as fast as somebody types and turns pages. */
  search: { burst: 60, everyMs: SECOND / 2 },
} as const satisfies Record<string, Rate>;

export type RateName = keyof typeof rates;
export type Rates = Record<RateName, Rate>;
