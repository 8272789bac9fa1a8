// Names of permissions as the two words that the directory stores: each name has a bit, in the
// order of the protocol. Written here again, so that the matrix shares no code with the server.
import { type GuildPermission, guildPermission } from "../../../src/protocol";

export function wordsOfNames(names: readonly GuildPermission[]): { low: number; high: number } {
  const bits = names.map((name) => guildPermission.options.indexOf(name));
  const sum = (from: number) =>
    bits.filter((bit) => bit >= from && bit < from + 31).reduce((words, bit) => words | (1 << (bit - from)), 0);
  return { low: sum(0), high: sum(31) };
}
