// Invites over HTTP, as people make and use them.
import type { ChannelInfo, Invite, InvitePreview } from "../../src/protocol";
import { call, type Person, request } from "../support/http";

export interface InviteWish {
  forMs?: number | null;
  maxUses?: number | null;
}

export const postGroupInvite = ({ token }: Person, channel: string, body: InviteWish = {}): Promise<Response> =>
  request(`/v1/channels/${channel}/invites`, { method: "POST", token, body });

export const groupInvite = ({ token }: Person, channel: string, body: InviteWish = {}): Promise<Invite> =>
  call<Invite>(`/v1/channels/${channel}/invites`, { method: "POST", token, body });

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
