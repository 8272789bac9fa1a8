// `npm run push-keys`: a fresh pair of keys by which push services know this server, for those who bring their own or change it.
import { makePushKeys } from "./secrets.ts";

console.log(`
VAPID_KEYS, shown this once:

  ${makePushKeys()}

\`npm run dev\` and \`npm run deploy\` make a pair where there is none: this is for replacing it.

  production    npx wrangler secret put VAPID_KEYS
  development   the line VAPID_KEYS=… in .dev.vars

Another pair ends all subscriptions of browsers: each is bound to the public key it was made with, and the page subscribes again when it is opened.
`);
