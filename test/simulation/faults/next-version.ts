// The server as a later release might be, with further schema steps, fields and frames that the
// present code does not know. The restarts of a run alternate between the present build and this
// one.
import type { SourceEdit } from "../kit/planted-bug.ts";

export const nextVersion: readonly SourceEdit[] = [
  {
    file: "src/channel/members/socket-state.ts",
    find: "  joined: z.boolean(),",
    // The default is filled in when a state is read; the code that creates a state need not set it.
    replace: '  joined: z.boolean(),\n  mood: z.string().default("sunny") as unknown as z.ZodOptional<z.ZodString>,',
  },
  {
    file: "src/channel/operations/queries.ts",
    find: "    deliveredMarks.raiseToHead(user);",
    replace: `    channel.sockets.send(connected, '{"type":"weather","mood":"sunny"}', channel.now());
    deliveredMarks.raiseToHead(user);`,
  },
  {
    file: "src/channel/schema.ts",
    find: "\n];",
    replace: `
  "ALTER TABLE entries ADD COLUMN mood TEXT; ALTER TABLE members ADD COLUMN mood TEXT; CREATE TABLE moods (id INTEGER PRIMARY KEY, mood TEXT);",
];`,
  },
  {
    file: "src/protocol/compact-frames.ts",
    find: "  return { seq, at, actor, nonce, type, data: lean };",
    replace: '  return { seq, at, actor, nonce, type, mood: "sunny", data: lean };',
  },
  {
    file: "src/runtime/hello.ts",
    find: "  heartbeatMs: limits.heartbeatMs,",
    // A spread, because the frame's type allows only the fields that it names.
    replace: '  heartbeatMs: limits.heartbeatMs,\n  ...{ mood: "sunny" },',
  },
  {
    file: "src/user/schema.ts",
    find: "\n];",
    replace: '\n  "ALTER TABLE inbox ADD COLUMN mood TEXT;",\n];',
  },
];
