import { uuidv7 } from "uuidv7";
import {
  type ChangeGuildChannel,
  type CreateGuildChannel,
  changeCategory,
  changeGuildChannel,
  createGuildChannel,
  type GuildOverride,
  type GuildView,
  guild,
  guildCategory,
  guildOverrideList,
  putCategory,
  putOverride,
} from "../../protocol";
import { parsed } from "../parley-error";
import type { Store } from "../store";
import type { GuildRequests } from "./requests";

/** What a new channel needs: a name, and optionally a topic, a type and a place. */
export type NewGuildChannel = Pick<CreateGuildChannel, "name"> & Partial<Omit<CreateGuildChannel, "nonce">>;
/** A channel or a category, for its overrides. */
export type OverridePlace = { channel: string } | { category: string };

/**
 * The channels and categories of a guild, and their overrides. Failures reject with a ParleyError.
 * When a promise resolves, the view of the guild shows the change.
 */
export class GuildChannels {
  readonly #requests: GuildRequests;
  readonly #view: Store<GuildView | null>;

  constructor(requests: GuildRequests, view: Store<GuildView | null>) {
    this.#requests = requests;
    this.#view = view;
  }

  /**
   * Creates a channel. Resolves with its id, or with null if this person cannot see it. Retries do
   * not create a second channel.
   */
  async create(channel: NewGuildChannel): Promise<string | null> {
    const body = parsed(createGuildChannel.safeParse({ ...channel, nonce: uuidv7() }));
    const known = new Set(this.#view.get()?.channels.map(({ id }) => id));
    const { channels } = await this.#requests.create("/channels", body, guild);
    return channels.find(({ id, name }) => !known.has(id) && name === body.name)?.id ?? null;
  }

  /** Returns the topic of a channel, which the view of a guild leaves out. */
  async topic(channel: string): Promise<string> {
    return (await this.#requests.channel(channel)).topic;
  }

  async change(channel: string, change: ChangeGuildChannel): Promise<void> {
    return this.#requests.set("PATCH", placePath({ channel }), parsed(changeGuildChannel.safeParse(change)));
  }

  /** Lets only roles and members with an override of their own send in a channel, or ends that. */
  lock(channel: string, isLocked: boolean): Promise<void> {
    return this.#requests.set(isLocked ? "PUT" : "DELETE", `${placePath({ channel })}/lock`);
  }

  delete(channel: string): Promise<void> {
    return this.#requests.set("DELETE", placePath({ channel }));
  }

  /** Creates a category, at the end by default, and resolves with its id. */
  async createCategory(category: { name: string; position?: number }): Promise<string> {
    return (await this.#requests.create("/categories", parsed(putCategory.safeParse(category)), guildCategory)).id;
  }

  async changeCategory(category: string, change: { name?: string; position?: number }): Promise<void> {
    return this.#requests.set("PATCH", placePath({ category }), parsed(changeCategory.safeParse(change)));
  }

  /** Deletes a category. Its channels stay, above all categories. */
  deleteCategory(category: string): Promise<void> {
    return this.#requests.set("DELETE", placePath({ category }));
  }

  /** Returns the overrides of a channel or a category. */
  async overrides(place: OverridePlace): Promise<readonly GuildOverride[]> {
    return (await this.#requests.get(`${placePath(place)}/overrides`, guildOverrideList)).items;
  }

  /** Sets the override of a role or a member. One that changes nothing is removed. */
  async putOverride(
    place: OverridePlace,
    target: string,
    override: Pick<GuildOverride, "allow" | "deny">,
  ): Promise<void> {
    const body = parsed(putOverride.safeParse(override));
    return this.#requests.set("PUT", `${placePath(place)}/overrides/${encodeURIComponent(target)}`, body);
  }

  /** Replaces the overrides of a channel by those of its category. */
  copyOverrides(channel: string): Promise<void> {
    return this.#requests.set("PUT", `${placePath({ channel })}/overrides`);
  }
}

const placePath = (place: OverridePlace): string =>
  "channel" in place
    ? `/channels/${encodeURIComponent(place.channel)}`
    : `/categories/${encodeURIComponent(place.category)}`;
