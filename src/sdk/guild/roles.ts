import {
  type ChangeRole,
  type CreateRole,
  changeRole,
  createRole,
  type GuildView,
  guild,
  guildRole,
  roleOrder,
} from "../../protocol";
import { parsed } from "../parley-error";
import type { GuildRequests } from "./requests";

/** What a role is made of. Everything but the name is optional. */
export type NewRole = Pick<CreateRole, "name"> & Partial<CreateRole>;

/**
 * The roles of a guild, and who has them. Failures reject with a ParleyError. When a promise
 * resolves, the view of the guild shows the change.
 */
export class GuildRoles {
  readonly #requests: GuildRequests;

  constructor(requests: GuildRequests) {
    this.#requests = requests;
  }

  /** Creates a role as the lowest one and resolves with its id. */
  async create(role: NewRole): Promise<string> {
    return (await this.#requests.create("/roles", parsed(createRole.safeParse(role)), guildRole)).id;
  }

  /** Creates a role that is like another one, as the lowest, and resolves with its id. */
  async duplicate(role: string): Promise<string> {
    return (await this.#requests.create(`${rolePath(role)}/copies`, undefined, guildRole)).id;
  }

  async change(role: string, change: ChangeRole): Promise<void> {
    return this.#requests.set("PATCH", rolePath(role), parsed(changeRole.safeParse(change)));
  }

  delete(role: string): Promise<void> {
    return this.#requests.set("DELETE", rolePath(role));
  }

  /** Sets the order of the roles, the lowest first, without that of everyone. */
  async order(roles: readonly string[]): Promise<void> {
    return this.#requests.set("PUT", "/role-order", parsed(roleOrder.safeParse({ roles })));
  }

  /**
   * Returns the guild as a member with this role, and no other, would see it, with the channels in
   * which this person may manage roles. Needs the permission `manage_roles`.
   */
  viewAs(role: string): Promise<GuildView> {
    return this.#requests.get(`${rolePath(role)}/view`, guild);
  }

  give(user: string, role: string): Promise<void> {
    return this.#requests.set("PUT", assignmentPath(user, role));
  }

  take(user: string, role: string): Promise<void> {
    return this.#requests.set("DELETE", assignmentPath(user, role));
  }
}

const rolePath = (role: string): string => `/roles/${encodeURIComponent(role)}`;
const assignmentPath = (user: string, role: string): string => `/members/${encodeURIComponent(user)}${rolePath(role)}`;
