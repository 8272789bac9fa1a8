// Notifications: what somebody is told who is not looking, on which devices, and how loudly.
import * as z from "zod";
import { channelId, seq, sessionId, time, userId } from "./ids";
import { limits } from "./limits";
import { channelKind } from "./roles";
import { displayName } from "./text";

const minuteOfDay = z.int().min(0).max(1439);
const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).format(0) !== "";
  } catch {
    return false;
  }
};
const timeZone = z.string().max(64);

/**
 * From one minute of the day to another, where the person lives; over midnight where `to` is the earlier one. Whoever reads them may not know the
 * time zone: the IANA database grows.
 */
export const quietHours = z.object({ from: minuteOfDay, to: minuteOfDay, zone: timeZone });

/** How I am told, whatever the channel. */
export const notificationSettings = z
  .object({
    /** Whether a notification says who wrote what. */
    previews: z.boolean(),
    /** When I am not to be told. */
    quiet: quietHours.nullable(),
  })
  .meta({ id: "NotificationSettings" });

const knownZone = timeZone.refine(isZone, { error: "must be a time zone of the IANA database" });
export const putNotificationSettings = notificationSettings
  .extend({ quiet: quietHours.extend({ zone: knownZone }).nullable() })
  .meta({ id: "PutNotificationSettings" });

const base64url = (length: number) => z.string().regex(new RegExp(`^[A-Za-z0-9_-]{${length}}=*$`));

/** What a browser's `PushSubscription.toJSON()` says: a P-256 point of 65 bytes, and a secret of 16. */
const webPush = z.object({
  kind: z.literal("web"),
  endpoint: z.url().max(2048),
  keys: z.object({ p256dh: base64url(87), auth: base64url(22) }),
});
/** The registration token of an app, and the language of the alerts that APNs shows for it. */
const fcm = z.object({
  kind: z.literal("fcm"),
  token: z.string().regex(/^[A-Za-z0-9_:.-]{16,4096}$/),
  /** A BCP 47 tag such as "ko-KR". English where it is missing or has no translation. */
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)
    .optional(),
});

/** A device that wants to be told, under the session that says so; repeating it renews it. */
export const subscribePush = z
  .discriminatedUnion("kind", [
    webPush.extend({ name: displayName.optional() }),
    fcm.extend({ name: displayName.optional() }),
  ])
  .meta({ id: "SubscribePush" });

export const pushDevice = z
  .object({
    id: z.string(),
    kind: z.enum(["web", "fcm"]),
    name: z.string(),
    createdAt: time,
    /** Whether it belongs to the session that asks. */
    current: z.boolean(),
    session: sessionId,
    /** What its push service said last where it does not take our notifications; null where all is well. */
    failing: z.string().nullable(),
  })
  .meta({ id: "PushDevice" });
export const pushDeviceList = z
  .object({ items: z.array(pushDevice), next: z.string().nullable() })
  .meta({ id: "PushDeviceList" });

/** What a browser needs to subscribe: `applicationServerKey`, base64url of an uncompressed P-256 point. */
export const pushKey = z.object({ key: z.string() }).meta({ id: "PushKey" });

/** What one device is sent, encrypted for it. `key` is the same for the same notification, however often it arrives. */
export const pushNote = z.discriminatedUnion("type", [
  /** Instead of what is shown of the channel. */
  z.object({
    type: z.literal("show"),
    key: z.string(),
    /** For whom it is: somebody else may use the device by now. */
    user: userId,
    channel: channelId,
    /** Which life of the channel's log: another one counts its messages anew. */
    life: z.int().min(1),
    kind: channelKind,
    /** The message to open. */
    seq,
    /** Everything up to there is told with it: what marking it as read reads. */
    through: seq,
    thread: seq.nullable(),
    /** Of a group; empty for a direct channel. */
    name: z.string(),
    /** Null where previews are hidden. */
    author: z.object({ id: userId, name: z.string() }).nullable(),
    /** The beginning of the message; empty where previews are hidden. */
    text: z.string(),
    /** Whether it calls me. */
    mention: z.boolean(),
    /** Unread messages of the channel, counted up to `unreadMax`. */
    unread: z.int().min(0).max(limits.unreadMax),
    at: time,
  }),
  /** It has been read elsewhere, or is gone: nothing is shown of the channel any more. */
  z.object({
    type: z.literal("clear"),
    key: z.string(),
    user: userId,
    channel: channelId,
    life: z.int().min(1),
    seq,
  }),
  z.object({ type: z.literal("test"), key: z.string(), at: time }),
]);

export type QuietHours = z.infer<typeof quietHours>;
export type NotificationSettings = z.infer<typeof notificationSettings>;
export type SubscribePush = z.output<typeof subscribePush>;
export type PushDevice = z.infer<typeof pushDevice>;
export type PushNote = z.infer<typeof pushNote>;
