/** What is done to the people of a group, and leaving it. */
export const managingEn = {
  manage: (name: string) => `Manage ${name}`,
  makeAdmin: "Make admin",
  makeMember: "Take admin away",
  handOver: "Hand the group over",
  handOverTitle: (name: string) => `Hand the group over to ${name}?`,
  handOverHint: "They become the owner, and you an admin. Only they can give it back.",
  remove: "Remove from group",
  removeTitle: (name: string) => `Remove ${name}?`,
  removeHint: "They can no longer read or write here. You can add them again.",
  leave: "Leave group",
  leaveTitle: (name: string) => `Leave ${name}?`,
  leaveHint: "You can no longer read it, and somebody has to add you to come back.",
  ownerLeaves: "You are the owner: hand the group over before you leave, or somebody else takes it over.",
};
