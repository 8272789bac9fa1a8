// SPEC.md and the tests that cite it; the numbers and names in it and the code that holds them.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { tuning } from "../../src/domain/tuning";
import {
  budgets,
  channelCommand,
  closeAction,
  closeCodes,
  errors,
  event,
  limits,
  permission,
  type Rate,
  rates,
  SUBPROTOCOL,
  serverFrame,
  signal,
  userCommand,
} from "../../src/protocol";

const tests = path.join(import.meta.dirname, "..");
const spec = readFileSync(path.join(tests, "../src/protocol/SPEC.md"), "utf8");
const rules = [...spec.matchAll(/^- \[S(\d+)\]/gm)].map((match) => Number(match[1]));

/** The text of each rule, without its number. */
const texts = new Map(
  [...spec.matchAll(/^- \[S(\d+)\] (.*(?:\n(?:$| {2}.*))*)/gm)].map(([, id, text = ""]) => [Number(id), text]),
);
const codeSpans = [...spec.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span.replace(/\s+/g, " "));

test("the rules are numbered one by one", () => {
  expect(rules.length).toBeGreaterThan(0);
  expect(rules).toEqual(rules.map((_, i) => i + 1));
});

test("every rule that a test cites is there", () => {
  const files = readdirSync(tests, { recursive: true, encoding: "utf8" }).filter((file) => /\.ts$/.test(file));
  const strays = files.flatMap((file) =>
    [...readFileSync(path.join(tests, file), "utf8").matchAll(/\[S(\d+)\]/g)]
      .filter((match) => !rules.includes(Number(match[1])))
      .map((match) => `${file}: ${match[0]}`),
  );
  expect(strays).toEqual([]);
});

test("SPEC.md names every frame, command, close code and subprotocol", () => {
  for (const { shape } of serverFrame.options) expect(spec).toMatch(new RegExp(`\`${shape.type.value}[\` ]`));
  for (const type of commands) expect(spec).toMatch(new RegExp(`\`${type}[\` ]`));
  for (const code of Object.values(closeCodes)) expect(spec).toContain(String(code));
  expect(spec).toContain(`\`${SUBPROTOCOL}\``);
});

const commands = [...channelCommand.options, ...userCommand.options].map(({ shape }) => shape.type.value);
const events = event.options.map(({ shape }) => shape.type.value);
const signals = signal.options.map(({ shape }) => shape.type.value);
/** Fields inside a frame or a note, a file and the subprotocol: written with a dot too. */
const dotted = [
  "ready.here",
  "excerpt.text",
  "data.note",
  "rewords.key",
  "rewords.version",
  "limits.ts",
  "errors.ts",
  SUBPROTOCOL,
];

test("every command, event and signal that SPEC.md names exists", () => {
  const known: readonly string[] = [...commands, ...events, ...signals, ...dotted];
  const named = codeSpans.flatMap((span) => /^[a-z]+\.[a-z0-9]+(?= |$)/.exec(span)?.[0] ?? []);
  expect(named.length).toBeGreaterThan(30);
  expect(named.filter((name) => !known.includes(name))).toEqual([]);
});

test("every error code that SPEC.md names exists", () => {
  const singleWords = ["invalid", "forbidden"];
  const other: readonly string[] = [...permission.options, "beyond_head"];
  const named = codeSpans.filter((span) => /^[a-z]+(_[a-z]+)+$/.test(span) || singleWords.includes(span));
  const codes = named.filter((name) => !other.includes(name));
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !Object.hasOwn(errors, code))).toEqual([]);
});

test("every close code that SPEC.md names exists, and its ranges are those of closeAction", () => {
  const ranges = { resume: [4000, 4099], "sign-in": [4100, 4199], stop: [4200, 4299] } as const;
  for (const [action, [first, last]] of Object.entries(ranges)) {
    expect(texts.get(51)).toContain(`${first}-${last}:`);
    expect([closeAction(first), closeAction(last)]).toEqual([action, action]);
  }
  const bounds: number[] = Object.values(ranges).flat();
  const named = [...spec.matchAll(/\b4\d{3}\b/g)].map(([code]) => Number(code));
  const known: readonly number[] = [...Object.values(closeCodes), ...bounds];
  expect(named.filter((code) => !known.includes(code))).toEqual([]);
});

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const counted = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? "" : "s"}`;
const milliseconds = (ms: number) => `${number(ms)} milliseconds`;
const seconds = (ms: number) => counted(ms / SECOND, "second");
const minutes = (ms: number) => counted(ms / MINUTE, "minute");
const days = (ms: number) => counted(ms / DAY, "day");
const kib = (bytes: number) => `${bytes / 1024} KiB`;
const mib = (bytes: number) => `${bytes / 1024 ** 2} MiB`;
const number = (count: number) => count.toLocaleString("en-US");
/**
 * Marks what is no limit of the wire: a standard's number, a status, a format, or tuning that a
 * client need not know exactly.
 */
const fixed = (text: string) => text;

/** The quantities that each rule states, in their order. A rule that is not listed states none. */
const stated: Record<number, readonly string[]> = {
  2: [days(limits.sessionMs)],
  3: [minutes(limits.accessTokenMs)],
  7: [fixed("64"), seconds(tuning.inboxDeliveryAllViewingMs)],
  10: [seconds(limits.heartbeatMs), seconds(limits.leaseMs)],
  11: [mib(limits.frameBytes)],
  13: [fixed("1"), fixed("64")],
  32: [fixed("0")],
  35: [fixed("1"), number(limits.messageCodePoints)],
  42: [
    ...[fixed("1"), number(limits.pageMax), number(limits.pageDefault)],
    ...[kib(tuning.resumePageBytes), fixed("0")],
  ],
  44: [number(limits.unreadMax), number(limits.unreadMax)],
  46: [fixed("0")],
  51: [fixed("1006")],
  53: [number(limits.socketsPerUser)],
  54: [fixed("0"), seconds(limits.backoffMinMs), seconds(limits.backoffMaxMs), seconds(limits.backoffResetMs)],
  55: [mib(limits.frameBytes)],
  56: [fixed("9457")],
  57: [fixed("405"), fixed("404")],
  58: [fixed("1"), fixed("255")],
  64: [
    ...[number(limits.handleMin), number(limits.handleMax), fixed("1"), number(limits.nameCodePoints)],
    ...[number(limits.passwordMin), number(limits.passwordMaxBytes)],
  ],
  65: [number(limits.reactionsPerMessage)],
  67: [number(limits.pinsPerChannel)],
  77: [number(limits.groupMembers)],
  85: [fixed("1 second"), fixed("10 seconds")],
  88: [fixed("304")],
  89: [milliseconds(limits.longPollMs), fixed("304")],
  91: [fixed("1"), number(limits.commandsPerRequest), fixed("4")],
  95: [number(limits.searchCharacters), number(limits.searchCodePoints), number(limits.searchTerms)],
  97: [number(limits.unmarkedExcerptLength), fixed("16"), fixed("16")],
  98: [fixed("0"), fixed("9999")],
  101: [days(limits.handleKeptMs)],
  102: [number(limits.watchedPeople)],
  103: [fixed("1000"), seconds(limits.graceMs), seconds(limits.leaseMs)],
  107: [seconds(limits.typingEveryMs), seconds(limits.typingShownMs)],
  108: [fixed("47"), number(limits.pushDevices)],
  109: [seconds(limits.leaseMs + 5 * SECOND)],
  110: [seconds(limits.pushEveryMs)],
  112: [fixed("8291")],
  113: [fixed("15 seconds"), fixed("1 hour")],
  116: [mib(budgets.accountBytesPerDay), mib(budgets.channelBytesPerDay), fixed("8")],
  117: [number(budgets.channelStorageBytes / 1e9)],
  118: [fixed("204"), fixed("202"), seconds(limits.deliveryMs), seconds(limits.pendingMs), fixed("3,000")],
  125: [number(limits.mentionsPerMessage)],
  126: [fixed("256"), fixed("65"), fixed("16"), fixed("64"), number(limits.headerCharacters)],
  130: [number(limits.jsonDepth)],
  132: [number(tuning.resumePageBytes), fixed("1,000")],
  134: [number(limits.versionsPerMessage), mib(limits.versionBytesPerMessage), fixed("8")],
  135: [fixed("25"), number(limits.groupMembers)],
  139: [days(limits.knownDeviceMs)],
  140: [fixed("6"), fixed("64"), fixed("48"), fixed("4")],
  142: [number(limits.requestsPerPair), number(limits.requestsPerUser), number(limits.requestsPerChannel)],
  146: [fixed("10 seconds")],
  147: [days(limits.requestMs)],
  148: [number(limits.groupsPerAccount)],
  171: [number(tuning.profileAudience)],
  174: [fixed("0"), number(limits.unseenMax), number(limits.unseenMax)],
  176: [fixed("10"), fixed("58"), number(limits.invitesPerTarget)],
  179: [...["10", "20", "50", "100"].map(fixed), fixed("0"), number(limits.previewedMembers)],
  183: [number(limits.searchOpenChannels)],
  184: [number(limits.searchAskedChannels)],
  189: [seconds(limits.deliveryMs)],
  192: [
    ...[limits.guildMembers, limits.guildRoles, limits.guildCategories, limits.guildChannels].map(number),
    ...[limits.overridesPerChannel, limits.guildsPerAccount].map(number),
  ],
  193: [days(limits.guildDeletionMs)],
  195: [number(limits.invitesPerGuild), number(limits.invitesPerTarget)],
  196: [number(limits.rolesPerInvite)],
  197: [number(limits.countedMembers)],
  199: [number(limits.fullChannelViewers)],
  204: [number(limits.pageMax), number(limits.signalledMembers)],
  231: [fixed("1"), fixed("2")],
  232: [days(limits.uploadMs), days(limits.ticketMs)],
  233: [
    ...[mib(limits.fileBytes), mib(limits.variantBytes), number(limits.imagePixels), number(limits.uploadsPerAccount)],
    ...[mib(budgets.accountFileBytesPerDay), mib(budgets.accountFileBytes), fixed("10")],
  ],
  234: [fixed("4")],
  237: [fixed("206")],
  239: [fixed("1 hour")],
  241: [fixed("64")],
  242: [number(limits.attachmentsPerMessage)],
  205: [number(limits.reactionUsers), number(limits.groupMembers), number(limits.groupMembers)],
  206: [days(limits.banMs), number(limits.reasonCodePoints)],
  208: [`${limits.banDeleteHours} hours`],
  209: [days(limits.timeOutMs)],
  211: [days(limits.auditKeptMs)],
  212: [number(limits.slowModeSeconds)],
  214: [number(limits.blockedPeople)],
  220: [number(limits.reportSnapshotCodePoints), number(limits.reportsPerReporter)],
  225: [seconds(tuning.headMs)],
  228: [seconds(tuning.markDeliveryMs)],
  229: [minutes(limits.broadcastEveryMs)],
  248: [number(limits.callJoinedUsers)],
  251: [number(limits.callDescriptionCharacters), number(limits.callCandidates)],
  253: [number(limits.callPeers), number(limits.callVideoPeers)],
  255: [seconds(limits.callGraceMs), seconds(limits.leaseMs)],
  259: [seconds(limits.callRingMs)],
  262: [number(limits.callRings), fixed("5 minutes")],
  263: [seconds(limits.callRingMs)],
  264: [fixed("10 minutes")],
  266: [number(limits.purgeThreads), number(limits.purgeReplies)],
  268: [number(limits.banDeleteHours)],
  270: [number(limits.callsPerPage)],
};

/** Numbers outside of code, of table rows and of close codes; with their unit if they have one. */
function quantitiesOf(text: string): string[] {
  const prose = text
    .replace(/^ *\|.*$/gm, "")
    .replace(/`[^`]*`/g, "")
    .replace(/\bS\d+\b/g, "");
  const units = "(?:millisecond|second|minute|hour|day)s?|[KM]iB";
  return [...prose.replace(/\s+/g, " ").matchAll(new RegExp(`\\d[\\d,]*(?:\\.\\d+)?(?: (?:${units})\\b)?`, "g"))]
    .map(([quantity]) => quantity.replace(/,$/, ""))
    .filter((quantity) => !/^4\d{3}$/.test(quantity));
}

test("every number in a rule is that of the limits", () => {
  expect(texts.size).toBe(rules.length);
  const found = [...texts].map(([id, text]) => [id, quantitiesOf(text)]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(rules.map((id) => [id, stated[id] ?? []])));
});

test("numbers are written as digits", () => {
  expect(spec).not.toMatch(/\b(five|six|seven|eight|nine|ten|twelve|twenty|thirty|fifty|sixty|hundred|thousand)\b/i);
});

test("the tables of rates are those of the server", () => {
  const units: Record<string, number> = { second: SECOND, minute: MINUTE, hour: HOUR };
  const rows = [...spec.matchAll(/^ {2}\| `(\w+)` \|.*\| (\d+) \| (\d+) an? (\w+) \|$/gm)];
  const table = rows.map(([, name = "", burst, count, unit = ""]): [string, Rate] => [
    name,
    { burst: Number(burst), everyMs: (units[unit] ?? Number.NaN) / Number(count) },
  ]);
  expect(table.length).toBe(Object.keys(rates).length);
  expect(Object.fromEntries(table)).toEqual(rates);
});
