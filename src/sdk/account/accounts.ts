import {
  changedPassword,
  changePassword,
  changeProfile,
  credentials,
  endingSession,
  eraseAccount,
  type Me,
  me,
  type OpenTo,
  type PresenceMode,
  type Profile,
  profileList,
  registration,
  type Session,
  sessionList,
  signedIn,
} from "../../protocol";
import { isSignedOut, parsed } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";

interface AccountsListener {
  /** A person signed in, or their profile changed. */
  meChanged(me: Me): void;
  /** The person signed out, or another one is about to sign in. */
  signedOut(): void;
  profileFound(profile: Profile): void;
}

/** Registration, sessions and the profile of this person. Failures reject with a ParleyError. */
export class Accounts {
  readonly #http: Http;
  readonly #keep: "token" | "cookie";
  readonly #listener: AccountsListener;
  #deviceProof: string | null;

  constructor(http: Http, { keepToken, deviceProof }: Environment, listener: AccountsListener) {
    this.#http = http;
    this.#deviceProof = deviceProof;
    this.#keep = keepToken ? "token" : "cookie";
    this.#listener = listener;
  }

  /** `invite`: the code of an invite, where the server requires one. */
  async register(account: { handle: string; password: string; name: string; invite?: string }): Promise<Me> {
    return this.#signIn("/v1/accounts", parsed(registration.safeParse(account)));
  }

  async signIn(account: { handle: string; password: string }): Promise<Me> {
    const deviceProof = this.#deviceProof ?? undefined;
    return this.#signIn("/v1/sessions", parsed(credentials.safeParse({ deviceProof, ...account })));
  }

  /**
   * The proof that this device has signed in before; null in a page, which has a cookie. A program
   * can store it for its next sign-in to the same account: then no stranger's guesses delay it.
   */
  get deviceProof(): string | null {
    return this.#deviceProof;
  }

  /** Loads the person to whom the cookie or token belongs; null if nobody is signed in. */
  async restore(): Promise<Me | null> {
    try {
      return this.#setMe(await this.#http.get("/v1/me", me));
    } catch (error) {
      if (isSignedOut(error)) return null;
      throw error;
    }
  }

  /**
   * Ends this session on the server and forgets everything about it. Rejects, and stays signed in,
   * if the server cannot be reached.
   */
  async signOut(): Promise<void> {
    try {
      await this.revoke("current");
    } catch (error) {
      if (!isSignedOut(error)) throw error;
    }
    this.#listener.signedOut();
  }

  sessions(): Promise<Session[]> {
    return this.#http.list("/v1/sessions", sessionList);
  }

  /** Ends a session. Returns on how many channels it is still being ended; 0 if it has ended. */
  async revoke(session: string): Promise<number> {
    const path = `/v1/sessions/${encodeURIComponent(session)}`;
    return (await this.#http.send("DELETE", path, undefined, endingSession.optional()))?.pending ?? 0;
  }

  /**
   * Changes the password and signs out every other session. The token of this session and the proof
   * of the device are replaced: a program that stores `client.token` and `deviceProof` stores them
   * again. Returns on how many channels the other sessions are still being ended.
   */
  async changePassword(current: string, next: string): Promise<number> {
    const body = parsed(changePassword.safeParse({ current, next }));
    // A server of an earlier version answers without a body and keeps the token.
    const answer = await this.#http.send("PUT", "/v1/me/password", body, changedPassword.optional());
    if (this.#http.token !== null && answer?.token !== undefined) this.#http.token = answer.token;
    if (answer?.deviceProof !== undefined) this.#deviceProof = answer.deviceProof;
    return answer?.pending ?? 0;
  }

  /** Returns everything that the server stores about this person, as JSON. */
  export(): Promise<Blob> {
    return this.#http.download("/v1/me/export");
  }

  /**
   * Deletes the account permanently and forgets everything about it. Rejects, and stays signed in,
   * if the password is wrong.
   */
  async erase(password: string): Promise<void> {
    await this.#http.command("DELETE", "/v1/me", parsed(eraseAccount.safeParse({ password })));
    this.#listener.signedOut();
  }

  /**
   * Changes the profile. `receipts`: whether others see the read mark. `presence`: how this person
   * appears to others. `openTo`: who adds this person to groups and opens direct channels with them
   * without a request; null for the server's default.
   */
  async changeProfile(profile: {
    name?: string;
    handle?: string;
    receipts?: boolean;
    presence?: PresenceMode;
    openTo?: OpenTo | null;
  }): Promise<Me> {
    const body = parsed(changeProfile.safeParse(profile));
    return this.#setMe(await this.#http.send("PATCH", "/v1/me", body, me));
  }

  /** Finds a person by their exact handle, ignoring case. Returns null if nobody has the handle. */
  async find(handle: string): Promise<Profile | null> {
    const { items } = await this.#http.get(`/v1/users?handle=${encodeURIComponent(handle)}`, profileList);
    const profile = items[0] ?? null;
    if (profile) this.#listener.profileFound(profile);
    return profile;
  }

  async #signIn(path: string, account: object): Promise<Me> {
    const answer = await this.#http.send("POST", path, { ...account, keep: this.#keep }, signedIn);
    this.#listener.signedOut();
    this.#http.token = answer.token ?? null;
    this.#deviceProof = answer.deviceProof ?? null;
    return this.#setMe(answer.me);
  }

  #setMe(person: Me): Me {
    this.#listener.meChanged(person);
    return person;
  }
}

/** Returns whether the person deleted their account, which erases their handle and name [S101]. */
export const isGone = ({ handle }: Pick<Profile, "handle">): boolean => handle === "";
