// The members of a large channel whom a message mentions and who may not have seen it. Deliveries
// and notifications go to them alone, so that no step of a turn walks all members.
import { type Mentions, noMentions } from "../../protocol";

/** The most members that are kept: those who were mentioned last. */
const MENTIONED_MAX = 500;

export class MentionedMembers {
  /** In the order of the last mention. Bound: `MENTIONED_MAX` users. */
  readonly #users: Set<string>;

  constructor(stored: readonly string[]) {
    this.#users = new Set(stored);
  }

  /** The members, the one who was mentioned first first. */
  get users(): string[] {
    return [...this.#users];
  }

  add(user: string): void {
    this.#users.delete(user);
    this.#users.add(user);
    for (const oldest of this.#users) {
      if (this.#users.size <= MENTIONED_MAX) break;
      this.#users.delete(oldest);
    }
  }

  delete(user: string): void {
    this.#users.delete(user);
  }

  clear(): void {
    this.#users.clear();
  }
}

/** Returns whom the messages after an entry mention by name, from the log. */
export function mentionedAfter(sql: SqlStorage, seq: number): string[] {
  const rows = sql.exec<{ mentions: string }>(
    "SELECT mentions FROM current_entries WHERE seq > ? AND mentions IS NOT NULL",
    seq,
  );
  const users = [...rows].flatMap(({ mentions }): string[] => {
    const { users: named }: Mentions = { ...noMentions, ...JSON.parse(mentions) };
    return named;
  });
  return [...new Set(users)];
}
