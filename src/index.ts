// The entry point of the Worker: it connects requests to the gateway, the cron to its tasks and the
// queues to the push consumer, and exports the classes of the Durable Objects.
import { ChannelShell } from "./channel/object";
import { openArchive } from "./directory/archive";
import { openPeople } from "./directory/people";
import { openPushDirectory } from "./directory/push";
import { app } from "./gateway/app";
import { scheduled } from "./gateway/scheduled";
import { bury, consume } from "./push/consumer";
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

/** The queue of the jobs that failed `max_retries` times: see wrangler.toml. */
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
  queue: (batch, env) => (batch.queue === DEAD_LETTERS ? bury : consume)(batch, consumerOf(env)),
} satisfies ExportedHandler<Env>;
