// The Worker: requests go through the gateway, the clock goes to the cron, and the objects are exported for the runtime.
import { app } from "./gateway/app";
import { scheduled } from "./gateway/scheduled";

export { ChannelObject } from "./channel/object";
export { UserObject } from "./user/object";

export default {
  fetch: app.fetch,
  scheduled: (controller, env) => scheduled(env, controller.scheduledTime),
} satisfies ExportedHandler<Env>;
