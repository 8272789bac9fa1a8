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

/** Which of my devices are told what I miss, and how. Whatever fails rejects with a ParleyError. */
export class Push {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** What a browser subscribes with: `applicationServerKey`, in base64url. */
  async key(): Promise<string> {
    return (await this.#http.get("/v1/push", pushKey)).key;
  }

  /** All that are told, whichever session they belong to. */
  devices(): Promise<PushDevice[]> {
    return this.#http.list(DEVICES, pushDeviceList);
  }

  /** Has this device told, until its session ends. The same device again renews it, so a lost answer is asked for again. */
  subscribe(device: SubscribePush): Promise<PushDevice> {
    return this.#http.sendWithRetry("POST", DEVICES, device, pushDevice);
  }

  revoke(device: string): Promise<void> {
    return this.#http.command("DELETE", pathOf(device));
  }

  /** Sends that device a notification that says only that it arrived. */
  test(device: string): Promise<void> {
    return this.#http.command("POST", `${pathOf(device)}/test`);
  }

  settings(): Promise<NotificationSettings> {
    return this.#http.get(SETTINGS, notificationSettings);
  }

  /** All of them: what is put replaces what was. */
  async changeSettings(settings: NotificationSettings): Promise<void> {
    await this.#http.commandWithRetry("PUT", SETTINGS, parsed(putNotificationSettings.safeParse(settings)));
  }
}
