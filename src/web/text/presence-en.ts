/** Who is there, and who is writing. */
export const presenceEn = {
  online: "Online",
  away: "Away",
  dnd: "Do not disturb",
  offline: "Offline",
  seen: (when: string) => `last seen ${when}`,
  seenNow: "last seen just now",
  writes: (name: string) => `${name} is typing…`,
  bothWrite: (one: string, two: string) => `${one} and ${two} are typing…`,
  manyWrite: "Several people are typing…",
};
