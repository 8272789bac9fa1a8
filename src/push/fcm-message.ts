// Maps a notification to a message of FCM's HTTP v1 API. `data.note` carries the note to the app.
// iPhones also get an alert, because the app may not run when the notification arrives.
import { lineOf, type PushPayload, type SubscribePush } from "../protocol";
import { type Language, languageOf } from "../text/language";
import { contentOf, type NotificationContent, type VisibleNote } from "../text/notification-composer";
import type { PushDelivery } from "./sender";

/** FCM keeps a message for at most four weeks. */
const TTL_MAX_SECONDS = 28 * 24 * 60 * 60;

type FcmTarget = Omit<Extract<SubscribePush, { kind: "fcm" }>, "kind" | "name">;

/** Returns the `message` of a request to `messages:send`. `now` is in epoch milliseconds. */
export function fcmMessage(
  { token, locale = "en" }: FcmTarget,
  note: PushPayload,
  delivery: PushDelivery,
  now: number,
) {
  const seconds = Math.min(Math.max(0, Math.floor(delivery.ttlMs / 1_000)), TTL_MAX_SECONDS);
  const isAlert = note.type !== "clear" && note.type !== "ring_end";
  const isUrgent = delivery.urgency === "high";
  // A notification that is reworded replaces the one on the screen without a sound.
  const isReworded = note.type === "show" && note.rewords !== undefined;
  const alert = isAlert ? alertOf(note, languageOf(locale)) : null;
  return {
    token,
    data: { note: JSON.stringify(note) },
    // No collapse key: FCM keeps at most four of them for a device that is off, and drops the rest.
    // The app itself replaces the notification of a channel.
    android: { priority: isUrgent ? "high" : "normal", ttl: `${seconds}s` },
    apns: {
      headers: {
        "apns-push-type": isAlert ? "alert" : "background",
        // Apple refuses a background notification with any priority but 5.
        "apns-priority": isAlert && isUrgent ? "10" : "5",
        "apns-collapse-id": delivery.topic,
        "apns-expiration": seconds === 0 ? "0" : String(Math.floor(now / 1_000) + seconds),
      },
      payload: {
        aps: alert
          ? {
              alert,
              "mutable-content": 1,
              sound: isReworded ? undefined : "default",
              "interruption-level": isReworded ? "passive" : undefined,
            }
          : { "content-available": 1 },
      },
    },
  };
}

/**
 * Returns what an iPhone shows unless the app replaces it. The text is shortened, because APNs
 * limits the payload to 4 KB.
 */
function alertOf(note: VisibleNote, language: Language): NotificationContent {
  return contentOf(note.type === "show" ? { ...note, text: lineOf(note.text) } : note, language);
}
