// `npm run push-keys` prints a new key pair by which push services recognise this server (VAPID).
import { makePushKeys } from "./secrets.ts";

console.log(`
A new value for VAPID_KEYS, which is shown only this once:

  ${makePushKeys()}

\`npm run dev\` and \`npm run deploy\` create a pair if there is none. To replace it, set:

  production    npx wrangler secret put VAPID_KEYS
  development   the line VAPID_KEYS=… in .dev.vars

A new pair ends the push subscriptions of all browsers, because each is bound to the public key that
it was made with. The page subscribes again the next time it is opened.
`);
