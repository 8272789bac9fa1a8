// Who may call what: every route with the answer each kind of caller gets. A route without a row fails the tests, and each row is played.

/** `stranger`: signed in, but not in the channel. `member`: in it. `author`: the member who wrote the message. */
export type CallerKind = "anonymous" | "revoked" | "stranger" | "member" | "author";
type Row = Record<CallerKind, number>;

/** Public: the same for everybody. */
const open = (status: number): Row => ({
  anonymous: status,
  revoked: status,
  stranger: status,
  member: status,
  author: status,
});
/** For whoever is signed in. */
const account = (status: number): Row => ({ ...open(status), anonymous: 401, revoked: 401 });
/** For members; a stranger cannot tell a foreign channel from none. */
const members = (status: number): Row => ({ ...account(status), stranger: 404 });
const author = (status: number): Row => ({ ...members(403), author: status });

export const access: Record<string, Row> = {
  "GET /healthz": open(200),
  "GET /openapi.json": open(200),
  "GET /docs": open(200),
  "POST /v1/accounts": open(200),
  "POST /v1/sessions": open(200),
  "GET /v1/sessions": account(200),
  "DELETE /v1/sessions/{id}": account(204),
  "GET /v1/me": account(200),
  "PATCH /v1/me": account(200),
  "PUT /v1/me/password": account(204),
  // Played with a wrong password: see test/gateway/erasing.test.ts.
  "DELETE /v1/me": account(403),
  "GET /v1/me/export": account(200),
  "GET /v1/users": account(200),
  "GET /v1/search": account(200),
  "GET /v1/gateway": account(200),
  // Sockets prove themselves by an access token; without one the upgrade is opened and closed with a code.
  "GET /v1/socket": open(101),
  "GET /v1/channels/{channel}/socket": open(101),
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
  "PUT /v1/channels/{channel}/read": members(200),
  "PUT /v1/channels/{channel}/unread": members(200),
  "PUT /v1/channels/{channel}/draft": members(204),
  "PUT /v1/channels/{channel}/mute": members(204),
  "GET /v1/push": account(200),
  "GET /v1/push/subscriptions": account(200),
  "POST /v1/push/subscriptions": account(200),
  "DELETE /v1/push/subscriptions/{id}": account(204),
  "POST /v1/push/subscriptions/{id}/test": account(204),
  "GET /v1/me/notifications": account(200),
  "PUT /v1/me/notifications": account(204),
  "PUT /v1/channels/{channel}/level": members(204),
  // For accounts it is not there: see test/gateway/restoring.test.ts.
  "POST /v1/operator/channels/{channel}/restore": open(404),
  "POST /v1/operator/channels/{channel}/archive": open(404),
  "GET /v1/operator/channels": open(404),
  "GET /v1/operator/push": open(404),
};
