// How many notifications one job delivers, so that a crash repeats few of them.
import type { ClaimedNotifications, DueNotification, PushDirectory, Recipient } from "../domain/notification-ports";
import type { ChannelId } from "../protocol";
import type { KnownAudience } from "./member-delivery";
import { authorsAmong, type KnownAuthors } from "./push-note";

/**
 * The most requests to push services in one job. A crash before the report can repeat at most this
 * many. The rest becomes another job.
 */
const REQUESTS_PER_JOB = 90;
/**
 * The most recipients that are read at once: with 20 devices each, at most 8 MB, also if every
 * device has the longest address.
 */
const RECIPIENTS_PER_READ = 50;
/**
 * Returns the first notifications for which `REQUESTS_PER_JOB` suffices, at least one, and their
 * recipients. Reads no more recipients than it needs, and few at a time.
 */
export async function withinRequestLimit(
  channel: ChannelId,
  { notifications: due, messages }: ClaimedNotifications,
  { directory, now }: { directory: PushDirectory; now: () => number },
): Promise<{ notifications: DueNotification[]; audience: KnownAudience }> {
  const authors = [...new Set(Object.values(messages).map(({ author }) => author))];
  const recipients = new Map<string, Recipient>();
  let known: KnownAuthors = {};
  const notifications: DueNotification[] = [];
  let requests = 0;
  for (let from = 0; from < due.length; from += RECIPIENTS_PER_READ) {
    const slice = due.slice(from, from + RECIPIENTS_PER_READ);
    const users = slice.map(({ user }) => user);
    const found = await directory.resolve(channel, users, from === 0 ? authors : [], now(), authors);
    for (const recipient of found.recipients) recipients.set(recipient.user, recipient);
    if (from === 0) known = authorsAmong(found.people);
    for (const notification of slice) {
      requests += countDevices(notification, recipients);
      if (notifications.length > 0 && requests > REQUESTS_PER_JOB)
        return { notifications, audience: { recipients, authors: known } };
      notifications.push(notification);
    }
  }
  return { notifications, audience: { recipients, authors: known } };
}

const countDevices = ({ user, only }: DueNotification, recipients: ReadonlyMap<string, Recipient>): number =>
  only?.length ?? recipients.get(user)?.subscriptions.length ?? 0;
