// Delivers the push of a call that rings, or of its end, to the devices of the people whom it
// concerns. Nothing is retried: a ring that comes late is worth nothing.
import { unwrap } from "../domain/error";
import type { PushDirectory, Recipient } from "../domain/notification-ports";
import { silenceReason } from "../domain/notification-preferences";
import type { ChannelsPort } from "../domain/ports";
import { limits, type RingJob, type RingNote } from "../protocol";
import { logError } from "../runtime/logger";
import { retry } from "../runtime/retry";
import type { DeviceDeliveries } from "./device-delivery";
import { acceptsClear } from "./member-delivery";
import { authorsAmong, type KnownAuthors } from "./push-note";
import type { PushDelivery } from "./sender";

interface RingParts {
  directory: PushDirectory;
  channels: ChannelsPort;
  devices: DeviceDeliveries;
  now: () => number;
}

export async function deliverRing(job: RingJob, parts: RingParts): Promise<void> {
  const { directory, now } = parts;
  const { signal } = job;
  const until = job.at + (signal.type === "ring.started" ? signal.lastsMs : limits.callRingMs);
  if (now() >= until) return;
  const users = await stillConcerned(job, parts);
  if (users.length === 0) return;
  const callers = signal.type === "ring.started" ? [signal.from] : [];
  const { recipients, people } = await directory.resolve(job.channel, users, callers, now(), callers);
  const authors = authorsAmong(people);
  await Promise.all(recipients.map((recipient) => deliverTo(recipient, job, authors, until, parts)));
}

/** Returns for whom the call rings now: it may have been answered since the job was sent. */
async function stillConcerned({ signal, channel, users }: RingJob, { channels }: RingParts): Promise<string[]> {
  if (signal.type === "ring.ended") return users;
  const answer = await retry(() => channels.getByName(channel).ringing(signal.call));
  // A channel that was deleted meanwhile.
  if (!answer.ok && answer.code === "not_found") return [];
  const ringing = new Set(unwrap(answer));
  return users.filter((user) => ringing.has(user));
}

async function deliverTo(
  recipient: Recipient,
  job: RingJob,
  authors: KnownAuthors,
  until: number,
  { devices, now }: RingParts,
): Promise<void> {
  const { level, mutedUntil, quiet, presence } = recipient;
  const preferences = { level, mutedUntil, quiet, isDoNotDisturb: presence === "dnd" };
  const isStart = job.signal.type === "ring.started";
  if (job.signal.type === "ring.started" && recipient.blocked.includes(job.signal.from)) return;
  if (isStart && silenceReason(preferences, true, now()) !== null) return;
  const note = ringNoteFor(recipient, job, authors, until);
  // The end replaces a ring that the push service has not delivered yet.
  const delivery: PushDelivery = { topic: `ring-${job.channel.slice(2)}`, urgency: "high", ttlMs: until - now() };
  const reached = recipient.subscriptions.filter((subscription) => isStart || acceptsClear(subscription));
  await Promise.all(
    reached.map(async (subscription) => {
      try {
        await devices.deliver(subscription, note, delivery, { pauseMs: 0, freshUntil: until });
      } catch (error) {
        logError("push.ring-failed", error, { subscription: subscription.id });
      }
    }),
  );
}

function ringNoteFor({ user, previews }: Recipient, job: RingJob, authors: KnownAuthors, until: number): RingNote {
  const { channel, channelKind: kind, signal, at } = job;
  const { call, epochNumber } = signal;
  const of = { key: `${channel}:call:${call}.${epochNumber}`, user, channel, epochNumber, call };
  if (signal.type === "ring.ended") return { type: "ring_end", ...of, reason: signal.reason };
  const { from, video } = signal;
  const caller = previews ? { id: from, ...(authors[from] ?? { name: "" }) } : null;
  return { type: "ring", ...of, kind, name: previews ? job.name : "", caller, video, at, until };
}
