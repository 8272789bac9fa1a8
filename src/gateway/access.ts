// The access table: the status that each kind of caller gets from each route. A route without a row
// fails test/contract/access.test.ts, which also requests each route as each kind of caller.

/**
 * `stranger`: signed in, but no member of the channel. `author`: the member who wrote the message.
 */
export type CallerKind = "anonymous" | "revoked" | "stranger" | "member" | "author";
type StatusByCaller = Record<CallerKind, number>;

/** Returns the same status for every caller. */
const everyone = (status: number): StatusByCaller => ({
  anonymous: status,
  revoked: status,
  stranger: status,
  member: status,
  author: status,
});
/** Returns `status` for callers who are signed in, and 401 for the others. */
const account = (status: number): StatusByCaller => ({ ...everyone(status), anonymous: 401, revoked: 401 });
/** Like `account`, but 404 for a stranger, who cannot tell whether the channel exists. */
const members = (status: number): StatusByCaller => ({ ...account(status), stranger: 404 });
/** Like `members`, but 403 for members other than the author. */
const author = (status: number): StatusByCaller => ({ ...members(403), author: status });

export const access: Record<string, StatusByCaller> = {
  "GET /healthz": everyone(200),
  "GET /openapi.json": everyone(200),
  "GET /docs": everyone(200),
  "POST /v1/accounts": everyone(200),
  "GET /v1/registration": everyone(200),
  "POST /v1/sessions": everyone(200),
  "GET /v1/sessions": account(200),
  "DELETE /v1/sessions/{id}": account(204),
  "GET /v1/me": account(200),
  "PATCH /v1/me": account(200),
  // Called with a wrong password; test/gateway/{sessions,erasure}.test.ts cover the rest.
  "PUT /v1/me/password": account(403),
  "DELETE /v1/me": account(403),
  "GET /v1/me/export": account(200),
  "GET /v1/me/blocks": account(200),
  "PUT /v1/me/blocks/{user}": account(204),
  "DELETE /v1/me/blocks/{user}": account(204),
  "GET /v1/users": account(200),
  "POST /v1/search": account(200),
  "GET /v1/search": account(200),
  "GET /v1/gateway": account(200),
  // Sockets use an access token. Without a token the socket is opened and closed with a code.
  "GET /v1/socket": everyone(101),
  "GET /v1/channels/{channel}/socket": everyone(101),
  "GET /v1/guilds/{guild}/socket": everyone(101),
  "GET /v1/guilds/{guild}/events": members(200),
  "GET /v1/inbox": account(200),
  "GET /v1/channels/{channel}/events": members(200),
  "POST /v1/channels/{channel}/commands": members(200),
  "POST /v1/channels": account(200),
  "GET /v1/channels": account(200),
  "GET /v1/channels/{channel}": members(200),
  "PATCH /v1/channels/{channel}": members(409),
  "DELETE /v1/channels/{channel}": members(409),
  "PUT /v1/channels/{channel}/members/{user}": members(409),
  "DELETE /v1/channels/{channel}/members/{user}": members(409),
  "GET /v1/channels/{channel}/invites": members(409),
  "POST /v1/channels/{channel}/invites": members(409),
  "GET /v1/guilds/{guild}/invites": members(200),
  "POST /v1/guilds/{guild}/invites": members(200),
  "GET /v1/me/invites": account(200),
  "POST /v1/me/invites": account(200),
  // The code of an invite is the permission. test/gateway/invites.test.ts covers the rest.
  "GET /v1/invites/{code}": { ...everyone(200), revoked: 401 },
  "POST /v1/invites/{code}": account(200),
  "DELETE /v1/invites/{code}": account(204),
  // Each sample names what alice owns and bob is a member of. Outsiders cannot tell whether a guild
  // exists. test/contract/authorisation covers the roles.
  "POST /v1/guilds": account(200),
  "GET /v1/guilds": account(200),
  "GET /v1/guilds/{guild}": members(200),
  "PATCH /v1/guilds/{guild}": author(200),
  "PUT /v1/guilds/{guild}/deletion": author(200),
  "DELETE /v1/guilds/{guild}/deletion": author(200),
  "PUT /v1/guilds/{guild}/owner": author(204),
  "GET /v1/guilds/{guild}/members": members(200),
  "PUT /v1/guilds/{guild}/members/{user}": members(204),
  "DELETE /v1/guilds/{guild}/members/{user}": author(204),
  "PUT /v1/guilds/{guild}/members/{user}/roles/{role}": author(204),
  "DELETE /v1/guilds/{guild}/members/{user}/roles/{role}": author(204),
  "POST /v1/guilds/{guild}/roles": author(200),
  "POST /v1/guilds/{guild}/roles/{role}/copies": author(200),
  "GET /v1/guilds/{guild}/roles/{role}/view": author(200),
  "PATCH /v1/guilds/{guild}/roles/{role}": author(200),
  "DELETE /v1/guilds/{guild}/roles/{role}": author(204),
  "PUT /v1/guilds/{guild}/role-order": author(204),
  "POST /v1/guilds/{guild}/channels": author(200),
  "PATCH /v1/guilds/{guild}/channels/{channel}": author(200),
  "DELETE /v1/guilds/{guild}/channels/{channel}": author(204),
  "POST /v1/guilds/{guild}/categories": author(200),
  "PATCH /v1/guilds/{guild}/categories/{category}": author(204),
  "DELETE /v1/guilds/{guild}/categories/{category}": author(204),
  "GET /v1/guilds/{guild}/channels/{channel}/overrides": author(200),
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides/{target}": author(204),
  "PUT /v1/guilds/{guild}/channels/{channel}/overrides": author(204),
  "GET /v1/guilds/{guild}/categories/{category}/overrides": author(200),
  "PUT /v1/guilds/{guild}/categories/{category}/overrides/{target}": author(204),
  "GET /v1/guilds/{guild}/bans": author(200),
  "PUT /v1/guilds/{guild}/bans/{user}": author(204),
  "DELETE /v1/guilds/{guild}/bans/{user}": author(204),
  "POST /v1/guilds/{guild}/purges": author(200),
  "PUT /v1/guilds/{guild}/members/{user}/time-out": author(204),
  "DELETE /v1/guilds/{guild}/members/{user}/time-out": author(204),
  "GET /v1/guilds/{guild}/audit-log": author(200),
  "PUT /v1/guilds/{guild}/channels/{channel}/lock": author(204),
  "DELETE /v1/guilds/{guild}/channels/{channel}/lock": author(204),
  // Bob may not resolve reports: `delete_any` is not for everyone.
  "POST /v1/reports": account(200),
  "GET /v1/guilds/{guild}/reports": author(200),
  "PUT /v1/guilds/{guild}/reports/{report}": author(204),
  "GET /v1/requests": account(200),
  // A member has accepted already, and the others have no request. test/gateway/requests.test.ts
  // covers the rest.
  "PUT /v1/requests/{channel}": members(200),
  "DELETE /v1/requests/{channel}": account(404),
  "GET /v1/channels/{channel}/messages": members(200),
  "POST /v1/channels/{channel}/messages": members(200),
  "GET /v1/channels/{channel}/messages/{seq}": members(200),
  "PATCH /v1/channels/{channel}/messages/{seq}": author(200),
  "DELETE /v1/channels/{channel}/messages/{seq}": author(200),
  "PUT /v1/channels/{channel}/messages/{seq}/reactions/{emoji}": members(200),
  "DELETE /v1/channels/{channel}/messages/{seq}/reactions/{emoji}": members(200),
  "PUT /v1/channels/{channel}/messages/{seq}/pin": members(200),
  "DELETE /v1/channels/{channel}/messages/{seq}/pin": members(200),
  "PUT /v1/channels/{channel}/messages/{seq}/follow": members(200),
  "DELETE /v1/channels/{channel}/messages/{seq}/follow": members(200),
  "GET /v1/channels/{channel}/messages/{seq}/versions": members(200),
  "GET /v1/channels/{channel}/pins": members(200),
  "POST /v1/channels/{channel}/uploads": members(200),
  // An upload is its account's alone.
  "GET /v1/channels/{channel}/uploads/{upload}": { ...account(404), author: 200 },
  "DELETE /v1/channels/{channel}/uploads/{upload}": { ...account(404), author: 204 },
  "PUT /v1/channels/{channel}/uploads/{upload}/parts/{part}": { ...account(404), author: 204 },
  "PUT /v1/channels/{channel}/uploads/{upload}/variants/{variant}": { ...account(404), author: 204 },
  "POST /v1/channels/{channel}/uploads/{upload}/complete": { ...account(404), author: 200 },
  "PUT /v1/channels/{channel}/read": members(200),
  "PUT /v1/channels/{channel}/unread": members(200),
  "PUT /v1/channels/{channel}/draft": members(204),
  "PUT /v1/channels/{channel}/mute": members(204),
  "GET /v1/push": account(200),
  "GET /v1/push/subscriptions": account(200),
  "POST /v1/push/subscriptions": account(200),
  "DELETE /v1/push/subscriptions/{id}": account(204),
  "POST /v1/push/subscriptions/{id}/test": account(204),
  // The body names the channel.
  "POST /v1/calls/ice": members(200),
  "POST /v1/calls/ice-test": account(200),
  "GET /v1/me/notifications": account(200),
  "PUT /v1/me/notifications": account(204),
  "PUT /v1/channels/{channel}/level": members(204),
  "GET /v1/files/{attachment}/{variant}/{name}": members(200),
  "POST /v1/files/{attachment}/links": members(200),
  "POST /v1/files/{attachment}/forwards": members(200),
  // These routes do not exist for accounts; test/gateway/restore.test.ts covers the operator.
  "POST /v1/operator/channels/{channel}/restore": everyone(404),
  "POST /v1/operator/channels/{channel}/archive": everyone(404),
  "GET /v1/operator/channels": everyone(404),
  "GET /v1/operator/push": everyone(404),
  "GET /v1/operator/storage": everyone(404),
  "GET /v1/operator/reports": everyone(404),
  "PUT /v1/operator/reports/{report}": everyone(404),
  "GET /v1/operator/suspensions": everyone(404),
  "PUT /v1/operator/suspensions/{user}": everyone(404),
  "DELETE /v1/operator/suspensions/{user}": everyone(404),
  "GET /v1/operator/log": everyone(404),
};

const patterns = Object.keys(access).map((key) => {
  const [method = "", path = ""] = key.split(" ");
  return { method, path: new RegExp(`^${path.replace(/\{\w+\}/g, "[^/]+")}$`) };
});

/** Returns the methods that a path takes; none for an unknown path. */
export const methodsOf = (path: string): string[] =>
  patterns.filter((pattern) => pattern.path.test(path)).map((pattern) => pattern.method);
