// What this deployment says of itself to clients: addresses, region, limits, and what it offers.
import { ConfigurationError } from "../../domain/error";
import { locationHintOf } from "../../domain/region";
import { limits, locationHint, type RateName, type Rates, type ServerInfo, serverFeatures } from "../../protocol";
import { readVapidKeys } from "../../runtime/vapid-keys";
import type { GatewayContext } from "../http/context";

/** The limits that a client needs when it composes requests or shows a form. */
const shownLimits = [
  ...(["messageCodePoints", "nameCodePoints", "topicCodePoints", "frameBytes", "commandsPerRequest"] as const),
  ...(["groupMembers", "groupsPerAccount", "pageMax", "searchPageMax", "longPollMs", "accessTokenMs"] as const),
  ...(["mentionsPerMessage", "reactionsPerMessage", "pinsPerChannel", "versionsPerMessage", "drafts"] as const),
  ...(["socketsPerUser", "sessionsPerAccount", "pushDevices", "watchedPeople"] as const),
  ...(["invitesPerTarget", "invitesPerGuild", "rolesPerInvite", "inviteMinMs", "inviteMaxMs", "inviteUses"] as const),
] satisfies (keyof typeof limits)[];
const limitsInForce = Object.fromEntries(shownLimits.map((name) => [name, limits[name]]));

/** The rates that a client can keep itself. */
const shownRates = ["send", "ask", "frame", "upgrade", "request", "search"] satisfies RateName[];

/** Returns what the server that answers a request says of itself. */
export function serverInfoOf(c: GatewayContext): ServerInfo {
  const { origin } = new URL(c.req.url);
  const sockets = origin.replace(/^http/, "ws");
  const place: Partial<IncomingRequestCfProperties> = c.req.raw.cf ?? {};
  return {
    addresses: {
      api: `${origin}/v1`,
      userSocket: `${sockets}/v1/socket`,
      channelSocket: `${sockets}/v1/channels/{channel}/socket`,
      guildSocket: `${sockets}/v1/guilds/{guild}/socket`,
      invite: `${origin}/i/{code}`,
    },
    region: { servedFrom: place.colo ?? null, hint: locationHintOf(place), hints: locationHint.options },
    limits: limitsInForce,
    rates: ratesInForce(c.get("rates")),
    features: [...serverFeatures],
    push: { web: hasVapidKeys(c.env.VAPID_KEYS), apps: Boolean(c.env.FCM_ACCOUNT) },
  };
}

const ratesInForce = (rates: Rates): ServerInfo["rates"] =>
  Object.fromEntries(shownRates.map((name) => [name, rates[name]]));

/** Returns whether the keys of Web Push can be used. */
function hasVapidKeys(secret: string | undefined): boolean {
  try {
    readVapidKeys(secret);
    return true;
  } catch (error) {
    if (error instanceof ConfigurationError) return false;
    throw error;
  }
}
