// The Worker, put together: requests go through the gateway, the clock goes to the cron, and the objects are exported for the runtime.
import { ChannelShell } from "./channel/object";
import { openArchive } from "./directory/archive";
import { openPeople } from "./directory/people";
import { app } from "./gateway/app";
import { scheduled } from "./gateway/scheduled";
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

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => scheduled(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
