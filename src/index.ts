// The Worker, put together: requests go through the gateway, the clock goes to the cron, the queue
// to its consumer, and the objects are exported for the runtime.
import { ChannelShell } from "./channel/object";
import { openArchive } from "./directory/archive/archive";
import { openPeople } from "./directory/people";
import { openPushDirectory } from "./directory/push-directory";
import { app } from "./gateway/app";
import { scheduled } from "./gateway/scheduled";
import { consume, consumeDeadLetters } from "./push/consumer";
import { sendersOf } from "./push/senders";
import { UserShell } from "./user/object";

export class UserObject extends UserShell {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, openPeople(env.DIRECTORY));
  }
}

export class ChannelObject extends ChannelShell {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, () => openArchive(env, env.ARCHIVES, env.ARCHIVE_KEY));
  }
}

/** Jobs that were given up come in a queue of their own. */
const DEAD_LETTERS = "parley-push-dead";

const consumerOf = (env: Env) => ({
  directory: openPushDirectory(env.DIRECTORY),
  senders: sendersOf(env),
  channelObject: (channel: string) => env.CHANNELS.getByName(channel),
  now: () => Date.now(),
});

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => scheduled(env, controller.scheduledTime),
  queue: (batch, env) => (batch.queue === DEAD_LETTERS ? consumeDeadLetters : consume)(batch, consumerOf(env)),
} satisfies ExportedHandler<Env>;
