// The user objects of members. Counts each request, because it has a price.
import type { UserPort } from "../domain/ports";
import type { UsageCounter } from "./usage";

export class UserObjects {
  constructor(
    private readonly open: (user: string) => UserPort,
    private readonly usage: UsageCounter,
  ) {}

  /** Returns a user object for one request. */
  of(user: string): UserPort {
    this.usage.objectRequests++;
    return this.open(user);
  }
}
