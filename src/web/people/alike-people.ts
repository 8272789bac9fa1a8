// Finds the known people whose names look alike, so that their handles are shown. The table of
// characters that look alike is loaded when the first people are known.
import type { Profile } from "../../protocol";
import { Cell, type InboxEntry, type Store } from "../../sdk";
import { sharedTexts, writeShared } from "../notifications/shared-storage";

const alikeIds = new Cell<ReadonlySet<string>>(new Set());

/** The ids of the people whose names look alike. */
export const alikeStore: Store<ReadonlySet<string>> = alikeIds;

/** The people that this page has seen, also former members, and the account for which. */
let seen = { me: "", people: new Map<string, Profile>() };

/** Returns whether one of the people is new, or has another name or handle than before. */
function addPeople(people: readonly Profile[]): boolean {
  let isChanged = false;
  for (const person of people) {
    const known = seen.people.get(person.id);
    if (known && known.name === person.name && known.handle === person.handle) continue;
    seen.people.set(person.id, person);
    isChanged = true;
  }
  return isChanged;
}

/**
 * Compares the names of all people in the chats, if one of them is new or has another name. The
 * service worker gets the handles of those that look alike.
 */
export async function compareNames(me: Profile, chats: readonly Pick<InboxEntry, "members" | "pending">[]) {
  if (seen.me !== me.id) seen = { me: me.id, people: new Map() };
  const { people } = seen;
  const isChanged = addPeople([me, ...chats.flatMap(({ members, pending }) => [...members, ...pending])]);
  if (!isChanged) return;
  const { alikePeople } = await import("../../text/alike-names");
  if (people !== seen.people) return;
  // An erased account has no name and no handle.
  const alike = alikePeople([...people.values()].filter(({ handle }) => handle !== ""));
  const shown = alikeIds.get();
  if (alike.size !== shown.size || [...alike].some((id) => !shown.has(id))) alikeIds.set(alike);
  const handles = [...alike].map((id) => [id, people.get(id)?.handle ?? ""]);
  await writeShared(sharedTexts.alikeHandles, JSON.stringify(Object.fromEntries(handles)));
}
