type ByUser = Readonly<Record<string, number>>;

/**
 * The highest known position per user. Positions only rise, in whichever order the frames that
 * carry them arrive.
 */
export class UserMarks {
  #byUser: ByUser = {};

  get byUser(): ByUser {
    return this.#byUser;
  }

  /** Returns whether the mark was lower before. */
  raise(user: string, seq: number): boolean {
    if (seq <= (this.#byUser[user] ?? 0)) return false;
    this.#byUser = { ...this.#byUser, [user]: seq };
    return true;
  }

  /** Returns whether any of the marks was lower before. */
  raiseAll(marks: ByUser): boolean {
    return Object.entries(marks)
      .map(([user, seq]) => this.raise(user, seq))
      .includes(true);
  }

  /** Takes the server's full list. Users missing from this list no longer share their marks. */
  replace(marks: ByUser): void {
    this.#byUser = { ...marks };
  }
}
