// The bugs that `npm run test:push -- --bugs` plants one after the other. For each, a bar that it
// names must fail.
import type { PlantedBug } from "../kit/planted-bug.ts";

const scheduler = "src/channel/notifications/scheduler.ts";

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "1-sent-counts-as-delivered",
    promise: "The notification cursor moves only when the consumer reports the delivery.",
    foundAs: ["missed"],
    // The cursor moves when the job is sent; a kill then loses what the job was about.
    edits: [
      {
        file: scheduler,
        find: "  readonly #claims = new Claims();\n",
        replace: "  readonly #claims = new Claims();\n  readonly #promised: DueNotification[] = [];\n",
      },
      {
        file: scheduler,
        find: "    const claim = this.#claims.next();\n",
        replace: `    const claim = this.#claims.next();
    for (const due of this.#promised.splice(0)) {
      const message = due.message === null ? null : inboxRows.notificationMessage(due.message);
      if (due.message !== null && message) messages[due.message] = message;
      notifications.push(due);
      this.#claims.add(due.user, claim, at);
    }
`,
      },
      {
        file: scheduler,
        find: "    this.#job = { id: job.id, sentAt: now };\n",
        replace: `    this.#job = { id: job.id, sentAt: now };
    for (const user of dueMembers) {
      if (this.#dueActions.compute(user, now) !== "show") continue;
      const notification = this.#dueActions.notificationFor(user, "show", now);
      this.#promised.push(notification);
      const before = memberStates.cursorOf(user) ?? emptyCursor;
      const outcome = { notification, result: "delivered", failed: {} } as const;
      memberStates.setCursor(user, advanceCursor(before, outcome, now, now));
    }
    memberStates.save(now);
`,
      },
    ],
  },
  {
    name: "2-presence-is-ignored",
    promise: "A person who uses a device is not notified.",
    foundAs: ["wrong"],
    edits: [
      {
        file: "src/channel/notifications/due-actions.ts",
        find: "return !this.parts.fanOut.isAbsent(user) || this.parts.viewers.isViewing(user);",
        replace: "return this.parts.viewers.isViewing(user);",
      },
    ],
  },
  {
    name: "3-gone-devices-stay",
    promise: "A device that its push service reports as gone gets no more requests.",
    foundAs: ["afterTheEnd"],
    edits: [
      {
        file: "src/push/device-delivery.ts",
        find: 'sent.result === "gone" ? directory.forget([id]) :',
        replace: 'sent.result === "gone" ? Promise.resolve() :',
      },
    ],
  },
  {
    name: "4-gives-up-after-two-failures",
    promise: "A device that could not be reached is tried again until it has its notification.",
    foundAs: ["missed"],
    edits: [
      {
        file: "src/push/member-delivery.ts",
        find: "failed: await dropExpired(directory, now(), job, notification, failed) };",
        replace:
          "failed: notification.tries > 0 ? {} : await dropExpired(directory, now(), job, notification, failed) };",
      },
    ],
  },
  {
    name: "5-nothing-is-cleared",
    promise: "A notification disappears when its person has read the message elsewhere.",
    foundAs: ["notCleared"],
    edits: [
      {
        file: "src/domain/notification-schedule.ts",
        find: "    if (isStale) return clear(cursor);",
        replace: "    if (isStale) return null;",
      },
    ],
  },
  {
    name: "6-mutes-end-too-soon",
    promise: "A muted channel notifies nobody until the mute ends.",
    foundAs: ["wrong"],
    edits: [
      {
        file: "src/domain/notification-preferences.ts",
        find: "if (mutedUntil > now) return",
        replace: "if (mutedUntil > now * 1_000) return",
      },
    ],
  },
  {
    name: "7-signed-out-devices-stay",
    promise: "A device that was signed out gets no notification.",
    foundAs: ["wrong"],
    edits: [
      {
        file: "src/directory/push-directory.ts",
        find: ".innerJoin(sessions, and(eq(sessions.id, pushSubscriptions.session),",
        replace: ".leftJoin(sessions, and(eq(sessions.id, pushSubscriptions.session),",
      },
      {
        file: "src/directory/sessions.ts",
        find: "db.select({ id: sessions.id }).from(sessions).where(isEnding))),",
        replace: "db.select({ id: sessions.agent }).from(sessions).where(isEnding))),",
      },
      {
        file: "src/directory/sessions.ts",
        find: "db.select({ id: sessions.id }).from(sessions).where(isExpired))),",
        replace: "db.select({ id: sessions.agent }).from(sessions).where(isExpired))),",
      },
    ],
  },
  {
    name: "8-one-key-per-attempt",
    promise: "A notification keeps its key through every attempt to deliver it.",
    foundAs: ["garbled"],
    edits: [
      {
        file: "src/push/push-note.ts",
        find: "seq}` :",
        replace: "seq + (Date.now() % 2)}` :",
      },
    ],
  },
];
