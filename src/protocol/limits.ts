// Limits of the wire: numbers that a client must know or can notice, because they decide what a
// request may contain, whether it is refused, when a connection is closed, or what people see.
// The server enforces them; clients only read them. A number that changes only cost, latency or
// memory is tuning: see `domain/tuning.ts`.

import { fileLimits } from "./file-limits.ts";
import { guildLimits } from "./guild-limits.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const KIB = 1024;
const MIB = 1024 * KIB;

export const limits = {
  /** The most code points of a message: the requirement's 100,000 characters. */
  messageCodePoints: 100_000,
  /** The most code points of the preview in an inbox row: one line of a list. */
  previewCodePoints: 140,
  /** The most code points of a display name. */
  nameCodePoints: 80,
  /** The most characters of a display name as it is typed, before white space is folded. */
  typedNameCharacters: 1_024,
  /** The most characters of a handle as it is typed, before it is trimmed. */
  typedHandleCharacters: 256,
  /** The fewest and the most characters of a handle. */
  handleMin: 3,
  handleMax: 32,
  /** The fewest characters of a password. Length makes a password strong. */
  passwordMin: 8,
  /** The most bytes of a password in UTF-8. The bound keeps the input of scrypt small. */
  passwordMaxBytes: 256,
  /** The most code points of a group's topic. */
  topicCodePoints: 1_024,
  /** The most characters of a topic as it is typed, before it is normalised and trimmed. */
  typedTopicCharacters: 8 * 1_024,
  /** The most members of a group, fixed by the requirements. */
  groupMembers: 100,
  /** The most groups of one account, so that work over all of them stays bounded. */
  groupsPerAccount: 1_000,
  ...guildLimits,
  /** The most unanswered requests to one person: more than anybody answers. */
  requestsPerUser: 200,
  /** The most unanswered requests from one person to the same person. */
  requestsPerPair: 20,
  /** The most people who were asked into one channel and have not answered. */
  requestsPerChannel: 100,
  /** How long a request lasts without an answer. */
  requestMs: 90 * DAY,
  /** The most valid invites to one group or one person, and of one member to one guild. */
  invitesPerTarget: 50,
  /** The most valid invites to one guild. */
  invitesPerGuild: 250,
  /** The most roles that one invite to a guild gives. */
  rolesPerInvite: 10,
  /** How long an invite lasts: at least, unless its creator chooses, and at most. */
  inviteMinMs: 1 * MINUTE,
  inviteMs: 7 * DAY,
  inviteMaxMs: 365 * DAY,
  /** The most uses that an invite can be limited to: more than any group admits. */
  inviteUses: 1_000,
  /** How long a used-up invite still answers those whom it admitted, who may ask again. */
  inviteKeptMs: 1 * HOUR,
  /** From how many members on the preview of an invite says a number, which is rounded down. */
  previewedMembers: 10,
  /** Up to how many members the preview of an invite to a guild counts. */
  countedMembers: 1_000,
  /** The most characters of the code of an invite as it is typed. Codes have 10. */
  typedInviteCharacters: 64,
  /** The most distinct emoji under one message. */
  reactionsPerMessage: 20,
  /**
   * The most people who react with one emoji to a message. Every reaction sends the whole list. A
   * group has fewer members.
   */
  reactionUsers: 500,
  /** The most bytes of one emoji in UTF-8: a family with skin tones has 41. */
  emojiBytes: 64,
  /**
   * The most people that one message mentions, for members who may not mention everyone: more than
   * a team, and too few to notify a whole group.
   */
  mentionsPerMessage: 20,
  /** The most pinned messages of a channel: a list for reading, not an archive. */
  pinsPerChannel: 50,
  /** The most earlier versions of a message that are kept: the newest ones. */
  versionsPerMessage: 50,
  /**
   * The most bytes of the earlier versions of a message, in UTF-8. Older versions beyond them are
   * deleted. The newest earlier version is always kept.
   */
  versionBytesPerMessage: 1 * MIB,
  /** The most people named as the last authors of a thread. */
  threadParticipants: 5,
  /** The messages of a history page, by default and at most. */
  pageDefault: 50,
  pageMax: 100,
  /** The highest unread count; clients show "99+". */
  unreadMax: 100,
  /** The most unseen messages of a channel in an inbox row, and in one report of seen messages. */
  unseenMax: 40,
  /**
   * The most code points of a search that are read. Each term is looked up, and real searches are
   * shorter.
   */
  searchCodePoints: 256,
  /** The most characters of a search. Beyond `searchCodePoints` they are ignored. */
  searchCharacters: 4_096,
  /** The most terms of a search that are looked up. */
  searchTerms: 32,
  /** The most characters of the name of a time zone. */
  zoneCharacters: 64,
  /** The hits of a page of a search, by default and at most. */
  searchPageDefault: 20,
  searchPageMax: 50,
  /** The most channels that a client names as open in a search. */
  searchOpenChannels: 20,
  /**
   * The most channels that a search asks for what its index may lack, because each costs a request.
   * The others are named in the page.
   */
  searchAskedChannels: 50,
  /**
   * The most hits that a search by relevance ranks. Hits beyond them are noise. A search by date
   * has no such limit.
   */
  searchRankedHits: 1_000,
  /** The most code points of the excerpt of a hit: three lines of a list. */
  excerptCodePoints: 240,
  /** The longest text whose excerpt is without marks, because every hit is parsed. UTF-16 units. */
  unmarkedExcerptLength: 10_000,
  /** The most drafts of one person that are not empty. */
  drafts: 200,
  /**
   * The most characters of a frame, and the most bytes of an HTTP body. 100,000 astral code points
   * escaped as \uXXXX\uXXXX are 1.2 MB.
   */
  frameBytes: 1.5 * MIB,
  /**
   * How deep arrays and objects of a frame or a body may be nested. The deepest that the protocol
   * defines is 4.
   */
  jsonDepth: 32,
  /** The most characters of a command's id. */
  commandIdCharacters: 64,
  /** The most characters of the cursor of a list. */
  cursorCharacters: 200,
  /** The most characters of any other header that the server reads. */
  headerCharacters: 4_096,
  /** The most characters of an `Idempotency-Key` header. */
  idempotencyKeyCharacters: 255,
  /** How long a poll may be held. Proxies give up after half a minute. */
  longPollMs: 25 * SECOND,
  /** The most commands of one HTTP request. */
  commandsPerRequest: 64,
  /** The most bytes that wait for a client that stops reading. Beyond them its socket is closed. */
  socketBufferBytes: 4 * MIB,
  /** The most bytes that wait for a socket that is not slow. */
  socketSlowBytes: 1 * MIB,
  /** How long a socket may be slow before it is closed. */
  socketSlowMs: 10 * SECOND,
  /**
   * The most bytes that may wait for all sockets of an object before its slow sockets are closed: a
   * quarter of the 128 MB that an object has.
   */
  objectBufferBytes: 32 * MIB,
  /**
   * The most bytes that may wait for all sockets of an object before every socket with more than an
   * equal share is closed.
   */
  objectBufferMaxBytes: 64 * MIB,
  /**
   * The most bytes that may wait for the closed sockets of one account before the account is
   * refused another socket: as many as four sockets that stopped reading.
   */
  closedSocketBytesPerUser: 16 * MIB,
  /** The most open sockets of one account in one object. */
  socketsPerUser: 20,
  /** The time between two heartbeats of a client. */
  heartbeatMs: 30 * SECOND,
  /** How long a device counts as present without a heartbeat: two missed ones and some slack. */
  leaseMs: 75 * SECOND,
  /** The bounds of the random delay before a client reconnects. */
  backoffMinMs: 0.5 * SECOND,
  backoffMaxMs: 30 * SECOND,
  /** How long a socket must stay open to reset the back-off. */
  backoffResetMs: 60 * SECOND,
  /** How long a dropped connection does not change a person's presence. */
  graceMs: 30 * SECOND,
  /** How long a device without input counts as in use. */
  idleMs: 5 * MINUTE,
  /** The most people whose presence one device follows: a screenful. */
  watchedPeople: 50,
  /**
   * The most people who may follow the presence of one person. Beyond them the oldest stop
   * following.
   */
  watchersPerUser: 500,
  /** The time between two `typing.start` commands of a client. */
  typingEveryMs: 3 * SECOND,
  /** How long clients show that a person is typing. */
  typingShownMs: 6 * SECOND,
  /**
   * The most peers of a call. Each sends to every other one, and a device encodes for seven at
   * most.
   */
  callPeers: 8,
  /** The most peers of a call in which a camera or a screen is on. */
  callVideoPeers: 4,
  /** How long a call rings. */
  callRingMs: 45 * SECOND,
  /** How long a peer whose socket was lost stays in the call. */
  callGraceMs: 30 * SECOND,
  /** The most calls that ended of one page of history. */
  callsPerPage: 50,
  /** The most rings of one person in one channel within `callRingsMs`. */
  callRings: 5,
  callRingsMs: 5 * MINUTE,
  /** The most users named in `joined` of `call.ended`. */
  callJoinedUsers: 100,
  /** The most characters of the token of a peer. */
  callTokenCharacters: 400,
  /** The most characters of a session description. One of four transceivers has about 20,000. */
  callDescriptionCharacters: 64 * KIB,
  /** The most candidates of one signal. */
  callCandidates: 32,
  /** The most characters of a candidate, and of what names its media section and its fragment. */
  callCandidateCharacters: 1_024,
  callMidCharacters: 64,
  callFragmentCharacters: 256,
  /** How long the credentials of a relay are valid. */
  callIceMs: 10 * MINUTE,
  /** How long a session lasts after its last use. */
  sessionMs: 90 * DAY,
  /** The most sessions of one account. A new one beyond them ends the oldest. */
  sessionsPerAccount: 50,
  /** How long a device stays known to an account after it signed in. */
  knownDeviceMs: 365 * DAY,
  /** The most characters of the proof of a known device. */
  deviceProofCharacters: 256,
  /**
   * How long a request waits for the objects of an account to confirm a change. What is left then
   * is the `pending` of the answer.
   */
  deliveryMs: 10 * SECOND,
  /**
   * How long the objects that are left may take, if they can be reached: the longest pause between
   * two tries.
   */
  pendingMs: 60 * SECOND,
  /** How long an access token is valid. */
  accessTokenMs: 5 * MINUTE,
  /** The most push devices of one account. A new one beyond them removes the oldest. */
  pushDevices: 20,
  /** The most code points of a message in a notification. */
  pushCodePoints: 240,
  /** The time between two notifications of a group that the member has not looked at meanwhile. */
  pushEveryMs: 60 * SECOND,
  /** How long a push service may keep a notification for a device that is switched off. */
  pushTtlMs: 7 * DAY,
  ...fileLimits,
  /** How long the handle of an erased account stays taken, so that nobody can impersonate it. */
  handleKeptMs: 30 * DAY,
} as const;
