// The loader of a channel's object, and its requests about files. The class of the object extends
// this one.
import { DurableObject } from "cloudflare:workers";
import type { Answer, Caller, ReadableFile } from "../domain/ports";
import type { AttachmentId, TicketId } from "../protocol";
import { type ChannelDatabases, ChannelLoader } from "./channel-loader";
import { heldTickets, readableFile, requireMayAttach } from "./operations/files";

export class ChannelFilesObject extends DurableObject<Env> {
  protected readonly loader: ChannelLoader;

  constructor(ctx: DurableObjectState, env: Env, databases: ChannelDatabases) {
    super(ctx, env);
    this.loader = new ChannelLoader({ ctx, env, ...databases });
  }

  /** Is not charged here: the gateway has charged the request of the file. */
  async mayRead(caller: Caller, attachment: AttachmentId): Answer<ReadableFile> {
    return this.loader.serveMember(caller, (channel) => readableFile(channel, caller.user, attachment));
  }

  async mayAttach(caller: Caller): Answer<null> {
    return this.loader.serveMember(caller, (channel) => requireMayAttach(channel, caller.user));
  }

  async heldTickets(tickets: TicketId[]): Answer<TicketId[]> {
    return this.loader.serve((channel) => heldTickets(channel, tickets));
  }
}
