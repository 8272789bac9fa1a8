import type { FrameOf, Me } from "../../protocol";

/**
 * Returns this person's account after a frame of the inbox, which may bring a profile and settings
 * that changed on another device. Returns the same object if nothing changed.
 */
export function meAfter(me: Me, { presence, notifications, profiles = [] }: FrameOf<"inbox">): Me {
  // The handle of a deleted account is empty.
  const own = profiles.find(({ id, handle }) => id === me.id && handle !== "");
  const change = { ...(presence && { presence }), ...(notifications && { notifications }), ...own };
  return Object.keys(change).length > 0 ? { ...me, ...change } : me;
}
