// Notifications: settings, push devices, and the payload that a device gets.
import * as z from "zod";
import { attachmentSummary } from "./attachment";
import { ringEnded } from "./call-signals";
import { channelId, seq, sessionId, time, userId } from "./ids";
import { limits } from "./limits";
import { channelKind } from "./roles";
import { displayName } from "./text";
import { knownTimeZone, minuteOfDay, timeZoneName } from "./time-zone";

/**
 * From one minute of the day to another in the person's time zone; across midnight when `to` is
 * earlier. A reader may not know the time zone, because the IANA database grows.
 */
export const quietHours = z.object({ from: minuteOfDay, to: minuteOfDay, zone: timeZoneName });

/** My notification settings for all channels. */
export const notificationSettings = z
  .object({
    /** Whether notifications show the author and the text. */
    previews: z.boolean(),
    /** My quiet hours; null for none. */
    quiet: quietHours.nullable(),
  })
  .meta({ id: "NotificationSettings" });

export const putNotificationSettings = notificationSettings
  .extend({ quiet: quietHours.extend({ zone: knownTimeZone }).nullable() })
  .meta({ id: "PutNotificationSettings" });

/** An uncompressed P-256 point: 65 bytes, of which the first is 4. In base64url, padded or not. */
const p256dh = z.string().regex(/^B[A-P][A-Za-z0-9_-]{84}[AEIMQUYcgkosw048]=?$/);
/** 16 bytes in base64url, padded or not. */
const auth = z.string().regex(/^[A-Za-z0-9_-]{21}[AQgw](?:==)?$/);

/** A browser's `PushSubscription.toJSON()`. */
const webPush = z.object({
  kind: z.literal("web"),
  endpoint: z.url().max(2048),
  keys: z.object({ p256dh, auth }),
});
/** The registration token of an app, and the language of the alerts that APNs shows for it. */
const fcm = z.object({
  kind: z.literal("fcm"),
  token: z.string().regex(/^[A-Za-z0-9_:.-]{16,4096}$/),
  /** A BCP 47 tag such as "ko-KR". English if it is missing or has no translation. */
  locale: z
    .string()
    .max(35)
    .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)
    .optional(),
});

/** Subscribes a device for the session of the request. A repeat renews the subscription. */
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
    /** Whether it belongs to the session of the request. */
    current: z.boolean(),
    session: sessionId,
    /** The last error of its push service; null when the last notification was accepted. */
    failing: z.string().nullable(),
  })
  .meta({ id: "PushDevice" });
export const pushDeviceList = z
  .object({ items: z.array(pushDevice), next: z.string().nullable() })
  .meta({ id: "PushDeviceList" });

/**
 * The `applicationServerKey` of a browser's subscription: an uncompressed P-256 point in base64url.
 */
export const pushKey = z.object({ key: z.string() }).meta({ id: "PushKey" });

/** The payload for one device, encrypted for it. A repeat of a notification has the same `key`. */
export const pushNote = z.discriminatedUnion("type", [
  /** Replaces the notification that is shown of the channel. */
  z.object({
    type: z.literal("show"),
    key: z.string(),
    /**
     * Of a notification that says again what an earlier one said, because its message was edited or
     * mentions the recipient no more: the key of the earlier one, and the entry that made the
     * present text. It replaces the earlier one, or an older rewording of it, without a sound. A
     * device that has shown the earlier one and shows it no more shows nothing.
     */
    rewords: z.object({ key: z.string(), version: seq }).optional(),
    /** The recipient. Another person may use the device by now. */
    user: userId,
    channel: channelId,
    /** The epoch number of the log. Seqs of different epochs cannot be compared. */
    epochNumber: z.int().min(1),
    kind: channelKind,
    /** The message that the notification opens. */
    seq,
    /** The last message that it covers. "Mark as read" reads up to it. */
    through: seq,
    thread: seq.nullable(),
    /** The group's name; empty for a direct channel. */
    name: z.string(),
    /**
     * The author; null if previews are off. The handle is there if the name of another member looks
     * the same.
     */
    author: z.object({ id: userId, name: z.string(), handle: z.string().optional() }).nullable(),
    /** The beginning of the text; empty if there is none or if previews are off. */
    text: z.string(),
    /** Only of a message without a text: a push service accepts few bytes. */
    attachments: attachmentSummary.optional(),
    /** Whether the message mentions the recipient. */
    mention: z.boolean(),
    /** Unread messages of the channel, counted up to `unreadMax`. */
    unread: z.int().min(0).max(limits.unreadMax),
    at: time,
  }),
  /** Removes the notification of the channel: its message was read elsewhere or deleted. */
  z.object({
    type: z.literal("clear"),
    key: z.string(),
    user: userId,
    channel: channelId,
    epochNumber: z.int().min(1),
    seq,
  }),
  z.object({ type: z.literal("test"), key: z.string(), at: time }),
]);

/** The payload of a call that rings, for one device. */
export const ringNote = z.discriminatedUnion("type", [
  /**
   * A call rings. A device shows it with a tag of its own for each channel. A device that gets it
   * late asks with `call.roster` first.
   */
  z.object({
    type: z.literal("ring"),
    key: z.string(),
    user: userId,
    channel: channelId,
    epochNumber: z.int().min(1),
    kind: channelKind,
    call: seq,
    /** The group's name; empty for a direct channel, and if previews are off. */
    name: z.string(),
    /** Who calls, as the author of a message; null if previews are off. */
    caller: z.object({ id: userId, name: z.string(), handle: z.string().optional() }).nullable(),
    video: z.boolean(),
    at: time,
    /** When it ends to ring, by the server's clock. */
    until: time,
  }),
  /** A call does not ring for this person any longer. Closes the notification of the ring. */
  z.object({
    type: z.literal("ring_end"),
    key: z.string(),
    user: userId,
    channel: channelId,
    epochNumber: z.int().min(1),
    call: seq,
    reason: ringEnded.shape.reason,
  }),
]);

export type QuietHours = z.infer<typeof quietHours>;
export type NotificationSettings = z.infer<typeof notificationSettings>;
export type SubscribePush = z.output<typeof subscribePush>;
export type PushDevice = z.infer<typeof pushDevice>;
export type PushNote = z.infer<typeof pushNote>;
export type RingNote = z.infer<typeof ringNote>;
/** What a push service carries to a device. */
export type PushPayload = PushNote | RingNote;
