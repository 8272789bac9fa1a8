/** Silencing a chat. */
export const muteEn = {
  title: "Notifications",
  mute: "Mute",
  unmute: "Unmute",
  hint: "A muted chat doesn’t count as unread in the title, unless somebody mentions you.",
  until: (when: string) => `Muted until ${when}`,
  forGood: "Muted for good",
  lengths: { hour: "For 1 hour", workday: "For 8 hours", tomorrow: "Until tomorrow, 8:00", forever: "For good" },
};
