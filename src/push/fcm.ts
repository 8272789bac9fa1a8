// Apps: Firebase Cloud Messaging, HTTP v1, for Android and, through Apple's service, for iPhones.

import { fcmMessage } from "./fcm-message";
import { accessTokens } from "./google-access-token";
import type { Sender, Sent } from "./sender";
import { readServiceAccount } from "./service-account";
import { detailOf, type Fetch, laterBy, post, type ServiceAnswer, sentBy } from "./service-request";

export interface FcmOptions {
  /** The JSON file of a service account; null or empty where the operator has no apps. */
  account: string | null;
  fetch: Fetch;
  timeoutMs: number;
  /** Epoch milliseconds. */
  now: () => number;
}

/** For one batch of the queue: what is under way must not be waited for by another. Throws TypeError where the account cannot be used. */
export function fcm({ account: json, fetch, timeoutMs, now }: FcmOptions): Sender {
  if (!json) return { send: async () => ({ result: "refused", detail: "this server has no account with FCM" }) };
  const account = readServiceAccount(json);
  const tokens = accessTokens(account, fetch, timeoutMs, now);
  const url = `https://fcm.googleapis.com/v1/projects/${account.projectId}/messages:send`;

  async function attempt(message: object, mayRepeat: boolean): Promise<Sent> {
    const token = await tokens.get();
    if (typeof token !== "string") return token;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ message });
    const answer = await post(fetch, url, { headers, body }, timeoutMs, now);
    const error = readError(answer.body);
    if (answer.status !== 401 || error?.code === "THIRD_PARTY_AUTH_ERROR") return sentByFcm(answer, error, message);
    tokens.drop(token);
    return mayRepeat ? attempt(message, false) : sentBy(answer);
  }

  return {
    async send(subscription, note, delivery) {
      if (subscription.kind !== "fcm") return { result: "refused", detail: "not an app" };
      try {
        return await attempt(fcmMessage(subscription.token, note, delivery, now()), true);
      } catch (error) {
        return laterBy(error);
      }
    },
  };
}

interface FcmError {
  /** One of FCM's own, where it tells it, or else Google's general one. */
  code: string;
  message: string;
}

/** Of what the app is sent, and of what Apple is. */
const MESSAGE_BYTES = 4_096;

/** What became of it. Without an error of FCM's a 404 is about the address, and no reason to forget devices. */
function sentByFcm(answer: ServiceAnswer, error: FcmError | null, message: object): Sent {
  if (!error) return answer.status === 404 ? { result: "refused", detail: "404" } : sentBy(answer);
  const detail = detailOf(`${answer.status} ${error.code}: ${error.message}`);
  if (error.code === "UNREGISTERED") return { result: "gone", detail };
  if (error.code === "INVALID_ARGUMENT" && isTooLarge(error, message)) return { result: "too_large", detail };
  const sent = sentBy(answer);
  return sent.result === "taken" ? sent : { ...sent, detail };
}

/** FCM says so for Android, and for iPhones at times only that an argument is wrong. */
const isTooLarge = ({ message: said }: FcmError, message: object): boolean =>
  /too (big|large|long)/i.test(said) ||
  (/contains an invalid argument/i.test(said) &&
    new TextEncoder().encode(JSON.stringify(message)).byteLength > MESSAGE_BYTES);

/** The error of an answer, parsed; null where it is none of FCM's. */
function readError(body: string): FcmError | null {
  const error = field(parse(body), "error");
  const status = field(error, "status");
  const message = field(error, "message");
  if (typeof status !== "string") return null;
  const details = field(error, "details");
  const codes = Array.isArray(details) ? details.map((detail) => field(detail, "errorCode")) : [];
  const code = codes.find((candidate) => typeof candidate === "string") ?? status;
  return { code, message: typeof message === "string" ? message : "" };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
