// Secrets that a deployment may have (`wrangler secret put`), beside the required ones that `wrangler types` knows.
interface Env {
  /** The JSON of a Google service account, for the apps that are told through Firebase Cloud Messaging. */
  FCM_ACCOUNT?: string;
}
