// Optional secrets and variables of a deployment (`wrangler secret put`). `wrangler types` knows
// the required ones.
interface Env {
  /** The JSON of a Google service account, for push to apps through Firebase Cloud Messaging. */
  FCM_ACCOUNT?: string;
  /** The API token of the Cloudflare TURN key `TURN_KEY_ID`. */
  TURN_KEY_TOKEN?: string;
  /** The `static-auth-secret` of the coturn at `COTURN_URLS`. */
  COTURN_SECRET?: string;
  /** Times of calls that replace the default ones, as JSON by name. For tests. */
  CALL_TIMES?: string;
}
