// Sends a message exactly once, whatever happens to the server meanwhile.
import { randomUUID } from "node:crypto";
import type { SeededRandom } from "../kit/seeded-random.ts";
import type { ChannelHistory, SentMessage } from "./history.ts";
import { composeText } from "./message-texts.ts";
import type { Person } from "./person.ts";
import type { World } from "./world.ts";

export interface Mentions {
  /** Mentioned by handle. */
  people?: readonly Person[];
  /** `@channel`, which only the owner and admins of a group may use. */
  everyone?: boolean;
}

let marks = 0;

export async function sendMessage(
  world: World,
  channel: ChannelHistory,
  author: Person,
  random: SeededRandom,
  whom: Mentions = {},
): Promise<SentMessage> {
  const { people = [], everyone = false } = whom;
  const handles = [...people.map(({ handle }) => `@${handle}`), ...(everyone ? ["@channel"] : [])];
  const text = [...handles, composeText(random, `#${++marks}`)].join(" ");
  const { value, begunAt, doneAt } = await world.http.ask<{ seq: number }>({
    method: "POST",
    path: `/v1/channels/${channel.id}/messages`,
    token: author.token,
    body: { text },
    name: randomUUID(),
  });
  const mentions = everyone ? [...channel.memberships.keys()] : people.map(({ id }) => id);
  const message = { channel: channel.id, seq: value.seq, author: author.id, text, mentions, begunAt, doneAt };
  world.history.recordMessage(message);
  return message;
}
