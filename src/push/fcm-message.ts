// A notification in the format of FCM's HTTP v1 API: the note as data for the app, and an alert for
// iPhones, where the app may not run.
import { type PushNote, previewOf } from "../protocol";
import type { PushDelivery } from "./sender";

/** FCM keeps a message for at most four weeks. */
const TTL_MAX_SECONDS = 28 * 24 * 60 * 60;

/** The `message` of a request to `messages:send`. `now` in epoch milliseconds. */
export function fcmMessage(token: string, note: PushNote, delivery: PushDelivery, now: number) {
  const seconds = Math.min(Math.max(0, Math.floor(delivery.ttlMs / 1_000)), TTL_MAX_SECONDS);
  const isVisible = note.type !== "clear";
  const isUrgent = delivery.urgency === "high";
  return {
    token,
    data: { note: JSON.stringify(note) },
    // No collapse key: FCM keeps at most four of them for a device that is off and drops the rest.
    // The app replaces notifications by channel.
    android: { priority: isUrgent ? "high" : "normal", ttl: `${seconds}s` },
    apns: {
      headers: {
        "apns-push-type": isVisible ? "alert" : "background",
        // Apple refuses background messages with any other priority.
        "apns-priority": isVisible && isUrgent ? "10" : "5",
        "apns-collapse-id": delivery.topic,
        "apns-expiration": seconds === 0 ? "0" : String(Math.floor(now / 1_000) + seconds),
      },
      payload: {
        aps: isVisible ? { alert: alertOf(note), "mutable-content": 1, sound: "default" } : { "content-available": 1 },
      },
    },
  };
}

/** Shown where the app does not replace it by its own notification. */
function alertOf(note: Exclude<PushNote, { type: "clear" }>): { title: string; body: string } {
  if (note.type === "test") return { title: "Parley", body: "Notifications reach this device." };
  const title = note.name || note.author?.name || "Parley";
  if (note.text === "") return { title, body: "New message" };
  const preview = previewOf(note.text);
  return { title, body: note.name && note.author ? `${note.author.name}: ${preview}` : preview };
}
