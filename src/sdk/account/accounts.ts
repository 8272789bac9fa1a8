import {
  changePassword,
  changeProfile,
  credentials,
  eraseAccount,
  type Me,
  me,
  type PresenceMode,
  type Profile,
  profileList,
  registration,
  type Session,
  sessionList,
  signedIn,
} from "../../protocol";
import { ParleyError, parsed } from "../parley-error";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";

interface AccountsListener {
  /** Somebody is signed in, or their profile changed. */
  became(me: Me): void;
  /** Somebody else is about to be: everything of the one before goes. */
  left(): void;
  found(profile: Profile): void;
}

/** Who I am: registration, sessions, profile. Whatever fails rejects with a ParleyError. */
export class Accounts {
  readonly #http: Http;
  readonly #keep: "token" | "cookie";
  readonly #listener: AccountsListener;

  constructor(http: Http, { keepToken }: Environment, listener: AccountsListener) {
    this.#http = http;
    this.#keep = keepToken ? "token" : "cookie";
    this.#listener = listener;
  }

  async register(account: { handle: string; password: string; name: string }): Promise<Me> {
    return this.#enter("/v1/accounts", parsed(registration.safeParse(account)));
  }

  async signIn(account: { handle: string; password: string }): Promise<Me> {
    return this.#enter("/v1/sessions", parsed(credentials.safeParse(account)));
  }

  /** Who the cookie or the token belongs to; null where nobody is signed in. */
  async restore(): Promise<Me | null> {
    try {
      return this.#became(await this.#http.get("/v1/me", me));
    } catch (error) {
      if (error instanceof ParleyError && error.code === "sign_in_required") return null;
      throw error;
    }
  }

  /** Ends this session on the server, and everything this client knows of it. Rejects, still signed in, when the server cannot be told. */
  async signOut(): Promise<void> {
    try {
      await this.revoke("current");
    } catch (error) {
      if (!(error instanceof ParleyError && error.code === "sign_in_required")) throw error;
    }
    this.#listener.left();
  }

  sessions(): Promise<Session[]> {
    return this.#http.list("/v1/sessions", sessionList);
  }

  revoke(session: string): Promise<void> {
    return this.#http.command("DELETE", `/v1/sessions/${encodeURIComponent(session)}`);
  }

  /** Signs out every other session. */
  async changePassword(current: string, next: string): Promise<void> {
    await this.#http.command("PUT", "/v1/me/password", parsed(changePassword.safeParse({ current, next })));
  }

  /** All that the server keeps of me, as one JSON text. */
  export(): Promise<Blob> {
    return this.#http.download("/v1/me/export");
  }

  /** Ends the account for good, and everything this client knows of it. Rejects, still signed in, where the password is wrong. */
  async erase(password: string): Promise<void> {
    await this.#http.command("DELETE", "/v1/me", parsed(eraseAccount.safeParse({ password })));
    this.#listener.left();
  }

  /** `receipts`: whether others see how far I have read. `presence`: what I want to be seen as. */
  async changeProfile(profile: { name?: string; receipts?: boolean; presence?: PresenceMode }): Promise<Me> {
    const body = parsed(changeProfile.safeParse(profile));
    return this.#became(await this.#http.send("PATCH", "/v1/me", body, me));
  }

  /** Handles are found whole, in any case; null where nobody has it. */
  async find(handle: string): Promise<Profile | null> {
    const { items } = await this.#http.get(`/v1/users?handle=${encodeURIComponent(handle)}`, profileList);
    const profile = items[0] ?? null;
    if (profile) this.#listener.found(profile);
    return profile;
  }

  async #enter(path: string, account: object): Promise<Me> {
    const answer = await this.#http.send("POST", path, { ...account, keep: this.#keep }, signedIn);
    this.#listener.left();
    this.#http.token = answer.token ?? null;
    return this.#became(answer.me);
  }

  #became(person: Me): Me {
    this.#listener.became(person);
    return person;
  }
}

/** Whether the person ended their account: what they were called is no longer known [S101]. */
export const isGone = ({ handle }: Pick<Profile, "handle">): boolean => handle === "";
