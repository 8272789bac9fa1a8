// A notification as FCM's HTTP v1 takes it: the note itself for the app, and for iPhones, where the app may not run, something to show meanwhile.
import { type PushNote, previewOf } from "../protocol";
import type { PushDelivery } from "./sender";

/** FCM keeps a message for four weeks at most. */
const KEPT_MAX_SECONDS = 28 * 24 * 60 * 60;

/** The `message` of a request to `messages:send`. `now` in epoch milliseconds. */
export function fcmMessage(token: string, note: PushNote, delivery: PushDelivery, now: number) {
  const seconds = Math.min(Math.max(0, Math.floor(delivery.keptMs / 1_000)), KEPT_MAX_SECONDS);
  const isShown = note.type !== "clear";
  const isUrgent = delivery.urgency === "high";
  return {
    token,
    data: { note: JSON.stringify(note) },
    // No collapse key: FCM keeps four of them for a device that is off, and drops the rest. The app replaces by channel.
    android: { priority: isUrgent ? "high" : "normal", ttl: `${seconds}s` },
    apns: {
      headers: {
        "apns-push-type": isShown ? "alert" : "background",
        // Apple refuses what runs in the background at any other priority.
        "apns-priority": isShown && isUrgent ? "10" : "5",
        "apns-collapse-id": delivery.topic,
        "apns-expiration": seconds === 0 ? "0" : String(Math.floor(now / 1_000) + seconds),
      },
      payload: {
        aps: isShown ? { alert: alertOf(note), "mutable-content": 1, sound: "default" } : { "content-available": 1 },
      },
    },
  };
}

/** What is shown where the app does not replace it by its own. */
function alertOf(note: Exclude<PushNote, { type: "clear" }>): { title: string; body: string } {
  if (note.type === "test") return { title: "Parley", body: "Notifications reach this device." };
  const title = note.name || note.author?.name || "Parley";
  if (note.text === "") return { title, body: "New message" };
  const preview = previewOf(note.text);
  return { title, body: note.name && note.author ? `${note.author.name}: ${preview}` : preview };
}
