// The rows of the matrix for what happens in a channel, whatever its kind. Each is one action that
// may come over HTTP, as a command of a socket or of a request, and as a call of the object.
import type { Permission } from "../../../src/protocol";
import { isOfGuild, type PersonName, type Place, permissionsIn, readsOlder } from "./callers";
import { type Anyone, type MatrixWorld, secretOf, write } from "./world";

/** The message that an action names. */
export type Subject = "none" | "another's message" | "my message" | "a deleted message" | "an unknown message";

export interface Action {
  /** The permissions that it needs in the channel, besides that the caller sees it. */
  needs: readonly Permission[];
  subjects: readonly Subject[];
  /**
   * Why it is refused because of the message, for callers with the permissions; null if it is not.
   */
  refusal?(who: PersonName, subject: Subject): string | null;
  /** Whether it destroys its message, which another cell then cannot use. */
  destroys?: boolean;
}

const onMessage: readonly Subject[] = ["another's message", "my message", "a deleted message", "an unknown message"];
const live = (_: PersonName, subject: Subject) => (subject === "a deleted message" ? "message_deleted" : null);

/** The actions by the type of their command. `delete` needs another permission for each author. */
export const actions: Readonly<Record<string, Action>> = {
  "message.send": { needs: ["send"], subjects: ["none"] },
  "thread reply": { needs: ["send", "thread"], subjects: onMessage },
  "message.edit": { needs: ["edit_own"], subjects: onMessage, destroys: false },
  "message.delete": { needs: [], subjects: onMessage, destroys: true },
  "reaction.add": { needs: ["react"], subjects: onMessage, refusal: live },
  "reaction.remove": { needs: ["react"], subjects: onMessage, refusal: live },
  "message.pin": { needs: ["pin"], subjects: onMessage, refusal: live },
  "message.unpin": { needs: ["pin"], subjects: onMessage, refusal: live },
  "thread.follow": { needs: [], subjects: onMessage },
  "thread.unfollow": { needs: [], subjects: onMessage },
  "history.page": { needs: [], subjects: ["none"] },
  "read.mark": { needs: [], subjects: ["none"] },
  "read.unmark": { needs: [], subjects: ["none"] },
  "typing.start": { needs: [], subjects: ["none"] },
  "view.set": { needs: [], subjects: ["none"] },
  "call.start": { needs: ["call"], subjects: ["none"] },
  "call.join": { needs: ["call"], subjects: ["none"], refusal: () => "call_over" },
  "call.leave": { needs: [], subjects: ["none"] },
  "call.decline": { needs: [], subjects: ["none"], refusal: () => "call_over" },
  "call.signal": { needs: [], subjects: ["none"], refusal: () => "not_in_call" },
  "call.state": { needs: [], subjects: ["none"], refusal: () => "not_in_call" },
  "call.roster": { needs: [], subjects: ["none"] },
};

/** The commands of calls that only a socket may send. */
export const needsSocket = (type: string): boolean => /^call\.(start|join|leave|signal|state)$/.test(type);

const isUnreadable = (who: PersonName, place: Place, subject: Subject): boolean =>
  subject === "an unknown message" || (subject !== "none" && !readsOlder(who, place));
const isMine = (subject: Subject): boolean => subject === "my message";

/**
 * Returns the code with which an action is refused; null if it is made. `not_found` for everyone
 * who does not see the channel, as if it did not exist.
 */
export function refusalOf(type: string, who: PersonName, place: Place, subject: Subject): string | null {
  const permissions = permissionsIn(who, place);
  if (permissions === null) return "not_found";
  const lacks = (name: Permission) => !permissions.includes(name);
  const { needs, refusal } = actions[type] ?? { needs: [] };
  if (type === "message.edit") {
    // Whose message it is counts first: nobody edits the message of another person.
    if (isUnreadable(who, place, subject)) return "not_found";
    const isAuthor = isMine(subject) || (subject === "a deleted message" && wroteDeleted(who, place));
    if (!isAuthor || lacks("edit_own")) return "forbidden";
    return subject === "a deleted message" ? "message_deleted" : null;
  }
  if (type === "message.delete") {
    if (isUnreadable(who, place, subject)) return "not_found";
    const isAuthor = isMine(subject) || (subject === "a deleted message" && wroteDeleted(who, place));
    return lacks(isAuthor ? "delete_own" : "delete_any") ? "forbidden" : null;
  }
  // Direct channels and groups have no permission of their own for threads.
  const needed = needs.filter((name) => name !== "thread" || isOfGuild(place));
  if (needed.some(lacks)) return "forbidden";
  if (isUnreadable(who, place, subject)) return "not_found";
  return refusal?.(who, subject) ?? null;
}

/** Who wrote the deleted message of each channel: the first of its writers. */
const firstWriter: Partial<Record<Place, Anyone>> = { direct: "author", group: "owner", foreign: "owner" };
const wroteDeleted = (who: PersonName, place: Place): boolean => (firstWriter[place] ?? "exMember") === who;

/** Returns the seq that a caller names. A message that is destroyed is a new one each time. */
export async function seqOf(
  world: MatrixWorld,
  who: PersonName,
  place: Place,
  subject: Subject,
  isDestroyed: boolean,
): Promise<number> {
  const written = world.own[place];
  if (subject === "a deleted message") return world.deleted[place] ?? 1;
  if (subject === "an unknown message" || !written) return 999_999;
  const own = written[who] ?? [];
  if (isMine(subject)) {
    const [first = 1, ...rest] = own;
    if (!isDestroyed || rest.length === 0) return first;
    own.pop();
    return rest.at(-1) ?? first;
  }
  const other = otherOf(who, place);
  const [first = 1] = written[other] ?? [];
  if (!isDestroyed) return first;
  // Only who may delete the message of another person gets a new one.
  if (permissionsIn(who, place)?.includes("delete_any") !== true) return first;
  const [made = first] = await write(
    world.people[other],
    world.channels[place],
    world.epochs[place] ?? "",
    secretOf(place),
    1,
  );
  return made;
}

/** Somebody else who wrote in the channel, and who may always write there. */
function otherOf(who: PersonName, place: Place): Anyone {
  if (place === "direct") return who === "author" ? "member" : "author";
  if (place === "group") return who === "owner" ? "author" : "owner";
  return who === "owner" ? "administrator" : "owner";
}

const silent = { muted: true, camera: false, screen: false, hand: false };

/** The command of an action. */
export function commandOf(type: string, seq: number, place: Place): Record<string, unknown> {
  const text = `${secretOf(place)} again`;
  switch (type) {
    case "message.send":
      return { type, text };
    case "thread reply":
      return { type: "message.send", text, thread: seq };
    case "message.edit":
      return { type, seq, text };
    case "reaction.add":
    case "reaction.remove":
      return { type, seq, emoji: "👍" };
    case "history.page":
      return { type, query: { limit: 100 } };
    case "read.mark":
      return { type, seq: 1 };
    case "read.unmark":
      return { type, seq: 1 };
    case "typing.start":
      return { type };
    case "view.set":
      return { type, background: true };
    case "call.start":
      return { type, media: silent };
    case "call.join":
      return { type, call: 999_999, media: silent };
    case "call.decline":
      return { type, call: 999_999 };
    case "call.signal":
      return { type, to: 1, restart: true };
    case "call.state":
      return { type, ...silent };
    case "call.leave":
    case "call.roster":
      return { type };
    default:
      return { type, seq };
  }
}

/** Whether the command is one that appends: it then has a nonce and a position. */
export const appends = (type: string): boolean =>
  ((actions[type]?.needs.length ?? 0) > 0 && !type.startsWith("call.")) || /^(message|thread|reaction)/.test(type);
