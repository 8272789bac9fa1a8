// Push to apps: Firebase Cloud Messaging, HTTP v1, for Android and, through Apple's service, for
// iPhones.

import { fcmMessage } from "./fcm-message";
import { GoogleAccessTokens } from "./google-access-token";
import type { Sender, SendResult } from "./sender";
import { readServiceAccount } from "./service-account";
import { detailOf, post, resultOf, resultOfError, type ServiceAnswer, type ServiceNetwork } from "./service-request";

export interface FcmOptions extends ServiceNetwork {
  /** The JSON file of a service account; null or empty if the operator has no app. */
  account: string | null;
}

/**
 * Returns the sender for one batch of the queue. A request for an access token must not be shared
 * between batches. Throws TypeError if the account is invalid.
 */
export function fcm({ account: json, ...network }: FcmOptions): Sender {
  if (!json) return { send: async () => ({ result: "refused", detail: "this server has no FCM account" }) };
  const account = readServiceAccount(json);
  const tokens = new GoogleAccessTokens(account, network);
  const url = `https://fcm.googleapis.com/v1/projects/${account.projectId}/messages:send`;

  async function sendMessage(message: object, canRetry: boolean): Promise<SendResult> {
    const token = await tokens.get();
    if (typeof token !== "string") return token;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const body = JSON.stringify({ message });
    const answer = await post(network, url, { headers, body });
    const error = readError(answer.body);
    if (answer.status !== 401 || error?.code === "THIRD_PARTY_AUTH_ERROR") return resultOfFcm(answer, error, message);
    tokens.drop(token);
    return canRetry ? sendMessage(message, false) : resultOf(answer);
  }

  return {
    async send(subscription, note, delivery) {
      if (subscription.kind !== "fcm") return { result: "refused", detail: "not an app" };
      try {
        return await sendMessage(fcmMessage(subscription, note, delivery, network.now()), true);
      } catch (error) {
        return resultOfError(error);
      }
    },
  };
}

interface FcmError {
  /** FCM's own code if the answer has one, otherwise Google's general status. */
  code: string;
  message: string;
}

/** The most bytes of data that FCM accepts for the app, and of payload that Apple accepts. */
const MESSAGE_BYTES = 4_096;

/**
 * Maps an answer of FCM to a result. A 404 without an FCM error is about the URL of the request and
 * says nothing about the device.
 */
function resultOfFcm(answer: ServiceAnswer, error: FcmError | null, message: object): SendResult {
  if (!error) return answer.status === 404 ? { result: "refused", detail: "404" } : resultOf(answer);
  const detail = detailOf(`${answer.status} ${error.code}: ${error.message}`);
  if (error.code === "UNREGISTERED") return { result: "gone", detail };
  if (error.code === "INVALID_ARGUMENT" && isTooLarge(error, message)) return { result: "too_large", detail };
  const sent = resultOf(answer);
  return sent.result === "accepted" ? sent : { ...sent, detail };
}

/**
 * Returns whether the message is too large. For iPhones, FCM may only report an invalid argument.
 */
const isTooLarge = ({ message: text }: FcmError, message: object): boolean =>
  /too (big|large|long)/i.test(text) ||
  (/contains an invalid argument/i.test(text) &&
    new TextEncoder().encode(JSON.stringify(message)).byteLength > MESSAGE_BYTES);

/** Returns the error in an answer; null if the body is not an error of FCM. */
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
