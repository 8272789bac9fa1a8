/** Finding a person by handle. */
export const findEn = {
  title: "New chat",
  handle: "Handle",
  hint: "Type the whole handle of the person you want to talk to.",
  nobody: (handle: string) => `Nobody goes by @${handle}`,
  nobodyHint: "Handles are spelled exactly. Ask the person for theirs.",
  searching: "Looking…",
  open: "Open chat",
  self: "That’s you. Open your notes.",
};
