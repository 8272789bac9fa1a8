type ByUser = Readonly<Record<string, number>>;

/** A position per person. They only rise, whichever way and in whichever order the news of them comes. */
export class Marks {
  #byUser: ByUser = {};

  get byUser(): ByUser {
    return this.#byUser;
  }

  /** Whether the mark was lower before. */
  raise(user: string, seq: number): boolean {
    if (seq <= (this.#byUser[user] ?? 0)) return false;
    this.#byUser = { ...this.#byUser, [user]: seq };
    return true;
  }

  /** Whether any of them was lower before. */
  raiseAll(marks: ByUser): boolean {
    return Object.entries(marks)
      .map(([user, seq]) => this.raise(user, seq))
      .includes(true);
  }

  /** The server said where all of them stand: who is missing shows theirs no longer. */
  replace(marks: ByUser): void {
    this.#byUser = { ...marks };
  }
}
