/** How much one is told of a chat, and silencing it. */
export const muteEn = {
  title: "Notifications",
  level: "Tell me of",
  levels: { all: "All messages", mentions: "Mentions", nothing: "Nothing" },
  mute: "Mute",
  unmute: "Unmute",
  hint: "A muted chat sends no notifications, and doesn’t count as unread in the title unless somebody mentions you.",
  until: (when: string) => `Muted until ${when}`,
  forGood: "Muted for good",
  lengths: { hour: "For 1 hour", workday: "For 8 hours", tomorrow: "Until tomorrow, 8:00", forever: "For good" },
};
