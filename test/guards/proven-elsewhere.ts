// Guards that the matrix does not notice, and the tests that do. `npm run test:guards` removes each
// of them in a run of its test, which must fail.
import type { Guard } from "./guard-finder.ts";

interface Proof {
  /** The end of the file's name below `src/`. */
  file: string;
  /** A part of the guard; left out for all guards of the file that the matrix does not notice. */
  text?: string;
  test: string;
}

const proofs: readonly Proof[] = [
  { file: "gateway/auth/origin.ts", test: "test/gateway/cookies.test.ts" },
  { file: "gateway/auth/authenticate.ts", text: "origin_refused", test: "test/gateway/cookies.test.ts" },
  { file: "gateway/auth/authenticate.ts", text: "Authorization must be", test: "test/contract/access.test.ts" },
  { file: "domain/append.ts", text: "mention_all", test: "test/channel/guild-channels.test.ts" },
  { file: "channel/operations/command-source.ts", test: "test/channel/groups.test.ts" },
  { file: "channel/operations/poll.ts", test: "test/gateway/polls.test.ts" },
  { file: "gateway/operations/invites.ts", text: "found.admits", test: "test/gateway/invite-refusals.test.ts" },
  { file: "gateway/operations/invites.ts", test: "test/gateway/invite-races.test.ts" },
  { file: "gateway/operations/group-changes.ts", test: "test/gateway/group-races.test.ts" },
  { file: "gateway/routes/requests.ts", test: "test/gateway/requests.test.ts" },
  { file: "gateway/routes/me.ts", test: "test/gateway/handles.test.ts" },
  { file: "gateway/operations/password-change.ts", test: "test/gateway/sessions.test.ts" },
  { file: "directory/entry-rule.ts", test: "test/gateway/requests.test.ts" },
  { file: "directory/requests.ts", test: "test/gateway/requests.test.ts" },
  { file: "directory/invite-rule.ts", test: "test/gateway/invite-refusals.test.ts" },
  { file: "directory/invite-uses.ts", test: "test/gateway/invites.test.ts" },
  { file: "directory/invites.ts", test: "test/gateway/invites.test.ts" },
  { file: "directory/sessions.ts", test: "test/gateway/sessions.test.ts" },
  { file: "directory/accounts.ts", test: "test/gateway/accounts.test.ts" },
  { file: "directory/memberships.ts", test: "test/gateway/group-races.test.ts" },
  { file: "directory/conditions.ts", test: "test/gateway/group-races.test.ts" },
  { file: "directory/group-owner.ts", test: "test/gateway/groups.test.ts" },
  { file: "directory/deleted-groups.ts", test: "test/gateway/groups.test.ts" },
  { file: "directory/direct-channels.ts", test: "test/gateway/requests.test.ts" },
  { file: "directory/channels.ts", test: "test/gateway/groups.test.ts" },
  { file: "directory/guilds.ts", test: "test/gateway/guilds.test.ts" },
  { file: "directory/guild-members.ts", test: "test/gateway/guilds.test.ts" },
];

/** Returns the test that proves a guard; null if the matrix must. */
export const provenElsewhere = ({ file, text }: Guard): string | null =>
  proofs.find((proof) => file.endsWith(`/${proof.file}`) && text.includes(proof.text ?? ""))?.test ?? null;
