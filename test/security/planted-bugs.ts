// The bugs that `npm run test:security -- --bugs` plants one after the other. The part that a bug
// names must find it.
import type { PlantedBug } from "../simulation/kit/planted-bug.ts";

export interface SecurityBug extends PlantedBug {
  /** The part of the suite that has to find it. `foundAs` names bars of this part. */
  part: string;
}

export const plantedBugs: readonly SecurityBug[] = [
  {
    name: "1-a-channel-ignores-ended-sessions",
    promise: "After the end of a session its sockets are closed, and none of its writes is accepted.",
    part: "sessions",
    foundAs: ["socketsLeftOpen", "lateWrites"],
    edits: [
      {
        file: "src/channel/operations/session-end.ts",
        find: "channel.roster.raiseTokensFrom(ended.user, ended.tokensFrom)",
        replace: "channel.roster.members.some(({ user }) => user === ended.user)",
      },
      {
        file: "src/channel/operations/session-end.ts",
        find: "channel.sockets.closeEnded(ended);",
        replace: "",
      },
    ],
  },
  {
    name: "2-wrong-guesses-are-free",
    promise: "Wrong passwords for one handle are limited over all addresses together.",
    part: "guesses",
    foundAs: ["guessesTried"],
    edits: [
      {
        file: "src/gateway/operations/sign-in.ts",
        find: 'if (!account || !ok) throw new ChatError("wrong_credentials");',
        replace: "",
      },
      {
        file: "src/gateway/operations/sign-in.ts",
        find: "if (!isKnown && handle !== undefined) await refundGuess(c, handle);",
        replace:
          'if (!isKnown && handle !== undefined) await refundGuess(c, handle);\n  if (!account || !ok) throw new ChatError("wrong_credentials");',
      },
    ],
  },
  {
    name: "3-a-deleted-group-keeps-its-messages",
    promise: "A deleted group leaves no message and no name in its object.",
    part: "canaries",
    foundAs: ["placesWithDeletedText"],
    edits: [
      {
        file: "src/channel/log/log-header.ts",
        find: "await storage.deleteAll();",
        replace: "",
      },
    ],
  },
  {
    name: "4-a-dirty-row-keeps-its-preview",
    promise: "The preview of a deleted message does not stay in the inbox rows of people who are away.",
    part: "canaries",
    foundAs: ["placesWithDeletedText"],
    edits: [
      {
        file: "src/user/inbox.ts",
        find: "const previewJson = dirty ? null : row.preview && JSON.stringify(row.preview);",
        replace: "const previewJson = row.preview && JSON.stringify(row.preview);",
      },
      {
        file: "src/user/inbox.ts",
        find: "UPDATE inbox SET dirty = 1, preview = NULL WHERE",
        replace: "UPDATE inbox SET dirty = 1 WHERE",
      },
    ],
  },
  {
    name: "5-logs-quote-every-error",
    promise: "Logs hold no secrets, whatever fails.",
    part: "logs",
    foundAs: ["leakedSecrets"],
    edits: [
      {
        file: "src/runtime/logger.ts",
        find: "return faultOf(error.message)?.label ?? null;",
        replace: "return error.message;",
      },
      {
        file: "src/directory/database.ts",
        find: "stripErrors(database);",
        replace: "",
      },
    ],
  },
  {
    name: "6-a-purge-only-hides",
    promise: "What a moderator purges does not stay in the rows of the channel.",
    part: "canaries",
    foundAs: ["placesWithDeletedText"],
    edits: [
      {
        file: "src/channel/log/purges.ts",
        find: "for (const message of messages) this.writer.erasePurged(message.seq, seq, at);",
        replace: "",
      },
    ],
  },
];
