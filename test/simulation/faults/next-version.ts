// The server as a later release might be: more steps of the schemas, and fields and frames that today's
// code does not know. Restarts of a run alternate between today's build and this one.
import type { SourceEdit } from "../kit/planted-bug.ts";

export const nextVersion: readonly SourceEdit[] = [
  {
    file: "src/channel/attachment.ts",
    find: "  joined: z.boolean(),",
    // Filled in when a state is read, and yet not required of the code that makes one.
    replace: '  joined: z.boolean(),\n  mood: z.string().default("sunny") as unknown as z.ZodOptional<z.ZodString>,',
  },
  {
    file: "src/channel/handlers.ts",
    find: "  if (isLevel) channel.reached(user);",
    replace: `  if (isLevel) channel.sockets.send(attached, '{"type":"weather","mood":"sunny"}', channel.now());
  if (isLevel) channel.reached(user);`,
  },
  {
    file: "src/channel/schema.ts",
    find: "\n];",
    replace: `
  "ALTER TABLE entries ADD COLUMN mood TEXT; ALTER TABLE members ADD COLUMN mood TEXT; CREATE TABLE moods (id INTEGER PRIMARY KEY, mood TEXT);",
];`,
  },
  {
    file: "src/protocol/lean.ts",
    find: "  return { seq, at, actor, nonce, type, data: lean };",
    replace: '  return { seq, at, actor, nonce, type, mood: "sunny", data: lean };',
  },
  {
    file: "src/runtime/hello.ts",
    find: "  heartbeatMs: limits.heartbeatMs,",
    // Spread, because a frame's type does not allow a field that it does not name.
    replace: '  heartbeatMs: limits.heartbeatMs,\n  ...{ mood: "sunny" },',
  },
  {
    file: "src/user/schema.ts",
    find: "\n];",
    replace: '\n  "ALTER TABLE inbox ADD COLUMN mood TEXT;",\n];',
  },
];
