import {
  type NotificationSettings,
  notificationSettings,
  type PushDevice,
  pushDevice,
  pushDeviceList,
  pushKey,
  putNotificationSettings,
  type SubscribePush,
} from "../../protocol";
import { parsed } from "../parley-error";
import type { Http } from "../transport/http";

const DEVICES = "/v1/push/subscriptions";
const SETTINGS = "/v1/me/notifications";

const pathOf = (device: string): string => `${DEVICES}/${encodeURIComponent(device)}`;

/** This person's push devices and notification settings. Failures reject with a ParleyError. */
export class Push {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Returns the `applicationServerKey` that a browser subscribes with, in base64url. */
  async key(): Promise<string> {
    return (await this.#http.get("/v1/push", pushKey)).key;
  }

  /** Returns all push devices, of all sessions. */
  devices(): Promise<PushDevice[]> {
    return this.#http.list(DEVICES, pushDeviceList);
  }

  /**
   * Subscribes this device until its session ends. Subscribing the same device again renews it, so
   * the request is retried.
   */
  subscribe(device: SubscribePush): Promise<PushDevice> {
    return this.#http.sendWithRetry("POST", DEVICES, device, pushDevice);
  }

  revoke(device: string): Promise<void> {
    return this.#http.command("DELETE", pathOf(device));
  }

  /** Sends a test notification to a device. */
  test(device: string): Promise<void> {
    return this.#http.command("POST", `${pathOf(device)}/test`);
  }

  settings(): Promise<NotificationSettings> {
    return this.#http.get(SETTINGS, notificationSettings);
  }

  /** Replaces all settings. */
  async changeSettings(settings: NotificationSettings): Promise<void> {
    await this.#http.commandWithRetry("PUT", SETTINGS, parsed(putNotificationSettings.safeParse(settings)));
  }
}
