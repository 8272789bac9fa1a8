// The Worker: requests go to the gateway, the cron to `scheduled`, the queue to the push consumer.
// The runtime finds the Durable Object classes here.
import { ChannelObjectBase } from "./channel/object";
import { ChannelFilesObject } from "./channel/object-files";
import type { Archive } from "./directory/archive/archive";
import { openArchive } from "./directory/archive/open-archive";
import { openDirectory } from "./directory/database";
import { openFiles } from "./directory/file-references";
import { openVisits } from "./directory/guild-member-pages";
import { openVisibility } from "./directory/guild-visibility";
import { openPeople } from "./directory/people";
import { openPushDirectory } from "./directory/push-directory";
import { answerRequest } from "./gateway/app";
import { ownDeliveries } from "./gateway/operations/own-delivery";
import { scheduled } from "./gateway/scheduled";
import { GuildObjectBase } from "./guild/object";
import type { BroadcastJob } from "./protocol";
import { sendersOf } from "./push/configured-senders";
import { consume, consumeDeadLetters } from "./push/consumer";
import { sealed, sealMethods } from "./runtime/sealed-errors";
import { UserObjectBase } from "./user/object";

sealMethods(UserObjectBase.prototype, "user");
sealMethods(ChannelObjectBase.prototype, "channel");
sealMethods(GuildObjectBase.prototype, "guild");
sealMethods(ChannelFilesObject.prototype, "channel");

export class UserObject extends UserObjectBase {
  constructor(ctx: DurableObjectState, env: Env) {
    super(
      ctx,
      env,
      openPeople(env.DIRECTORY),
      ownDeliveries(env, () => openDirectory(env.DIRECTORY)),
    );
  }
}

export class ChannelObject extends ChannelObjectBase {
  constructor(ctx: DurableObjectState, env: Env) {
    let archive: Archive | undefined;
    const open = () => {
      archive ??= openArchive(env);
      return archive;
    };
    const files = openFiles(env.DIRECTORY, () => Date.now());
    super(ctx, env, { archive: open, files, visits: openVisits(env.DIRECTORY) });
  }
}

export class GuildObject extends GuildObjectBase {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env, openVisibility(env.DIRECTORY));
  }
}

/** The dead-letter queue of push jobs. */
const DEAD_LETTERS = "parley-push-dead";

const consumerOf = (env: Env) => ({
  directory: openPushDirectory(env.DIRECTORY),
  senders: sendersOf(env),
  channels: env.CHANNELS,
  send: async (job: BroadcastJob) => void (await env.PUSH.send(job)),
  now: () => Date.now(),
});

export default {
  fetch: answerRequest,
  scheduled: (controller, env) => sealed("cron.failed", () => scheduled(env, controller.scheduledTime)),
  queue: (batch, env) =>
    sealed("queue.failed", () => (batch.queue === DEAD_LETTERS ? consumeDeadLetters : consume)(batch, consumerOf(env))),
} satisfies ExportedHandler<Env>;
