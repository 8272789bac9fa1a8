// Invites over HTTP, as people make and use them.
import { env } from "cloudflare:workers";
import type { ChannelInfo, EnteredGuild, Invite, InvitePreview } from "../../src/protocol";
import { rowsOf } from "../directory/support";
import { call, type Person, request } from "../support/http";

export interface InviteWish {
  forMs?: number | null;
  maxUses?: number | null;
}

export const postGroupInvite = ({ token }: Person, channel: string, body: InviteWish = {}): Promise<Response> =>
  request(`/v1/channels/${channel}/invites`, { method: "POST", token, body });

export const groupInvite = ({ token }: Person, channel: string, body: InviteWish = {}): Promise<Invite> =>
  call<Invite>(`/v1/channels/${channel}/invites`, { method: "POST", token, body });

export interface GuildInviteWish extends InviteWish {
  channel?: string | null;
  roles?: string[];
}

export const postGuildInvite = ({ token }: Person, guild: string, body: GuildInviteWish = {}): Promise<Response> =>
  request(`/v1/guilds/${guild}/invites`, { method: "POST", token, body });

export const guildInvite = ({ token }: Person, guild: string, body: GuildInviteWish = {}): Promise<Invite> =>
  call<Invite>(`/v1/guilds/${guild}/invites`, { method: "POST", token, body });

export const invitesOfGuild = async ({ token }: Person, guild: string): Promise<Invite[]> =>
  (await call<{ items: Invite[] }>(`/v1/guilds/${guild}/invites`, { token })).items;

/** Uses an invite to a guild. */
export const enter = (code: string, { token }: Person): Promise<EnteredGuild> =>
  call<EnteredGuild>(`/v1/invites/${code}`, { method: "POST", token });

export const personInvite = ({ token }: Person, body: InviteWish = {}): Promise<Invite> =>
  call<Invite>("/v1/me/invites", { method: "POST", token, body });

export const invitesOf = async ({ token }: Person, channel: string): Promise<Invite[]> =>
  (await call<{ items: Invite[] }>(`/v1/channels/${channel}/invites`, { token })).items;

export const myInvites = async ({ token }: Person): Promise<Invite[]> =>
  (await call<{ items: Invite[] }>("/v1/me/invites", { token })).items;

export const getPreview = (code: string, person?: Person): Promise<Response> =>
  request(`/v1/invites/${code}`, person ? { token: person.token } : {});

export const preview = async (code: string, person?: Person): Promise<InvitePreview> =>
  (await getPreview(code, person)).json<InvitePreview>();

export const postUse = (code: string, { token }: Person): Promise<Response> =>
  request(`/v1/invites/${code}`, { method: "POST", token });

export const use = (code: string, { token }: Person): Promise<ChannelInfo> =>
  call<ChannelInfo>(`/v1/invites/${code}`, { method: "POST", token });

export const revoke = (code: string, { token }: Person): Promise<Response> =>
  request(`/v1/invites/${code}`, { method: "DELETE", token });

/** Returns status, code and the rest of an answer, without the id of the request. */
export async function refusalOf(response: Response): Promise<object> {
  const { requestId, ...body } = await response.json<{ requestId: string }>();
  return { status: response.status, ...body, hasRequestId: requestId !== undefined };
}

/** Changes a stored invite, as time would. */
export const store = (code: string, columns: string): Promise<D1Result> =>
  env.DIRECTORY.prepare(`UPDATE invites SET ${columns} WHERE code = ?`).bind(code).run();

export const usesOf = async (code: string): Promise<unknown> =>
  (await rowsOf("SELECT uses FROM invites WHERE code = ?", code))[0]?.uses;
