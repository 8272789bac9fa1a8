// The loader of a channel's object, and the requests that the server itself makes of it: for
// operators, the push consumer and guild objects, and for routes of files and calls. The class of
// the object extends this one and has the requests of members.
import { DurableObject } from "cloudflare:workers";
import type * as ports from "../domain/ports";
import type * as wire from "../protocol";
import { type ChannelDatabases, ChannelLoader } from "./channel-loader";
import { channelState, compareArchive } from "./operations/archive-status";
import { admitToCall } from "./operations/call-commands";
import { heldTickets, readableFile, requireMayAttach } from "./operations/files";

export class ServiceRequests extends DurableObject<Env> {
  protected readonly loader: ChannelLoader;

  constructor(ctx: DurableObjectState, env: Env, databases: ChannelDatabases) {
    super(ctx, env);
    this.loader = new ChannelLoader({ ctx, env, ...databases });
  }

  async state(): ports.Answer<ports.ChannelState> {
    return this.loader.serve(channelState);
  }

  async compareArchive(after: number): ports.Answer<wire.ArchiveReport> {
    return this.loader.serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): ports.Answer<null> {
    return this.loader.serveVoid(({ archiver }) => archiver.rebuild());
  }

  async reportHead(): ports.Answer<null> {
    return this.loader.serveVoid(({ headReporter }) => headReporter.onHeard());
  }

  async claimNotifications(job: wire.WindowJob | wire.BroadcastJob, users?: string[]) {
    return this.loader.serve(({ notifications }) => notifications.claim(job, users));
  }

  async reportDeliveries(report: ports.DeliveryReport): ports.Answer<null> {
    return this.loader.serveVoid(({ notifications }) => notifications.report(report));
  }

  async ringing(call: number): ports.Answer<string[]> {
    return this.loader.serve(({ calls }) => (calls.on?.call === call ? calls.ringing() : []));
  }

  async admitToCall(caller: ports.Caller): ports.Answer<ports.CallAdmission> {
    return this.loader.serveMember(caller, (channel) => admitToCall(channel, caller));
  }

  /** Is not charged here: the gateway has charged the request of the file. */
  async mayRead(caller: ports.Caller, attachment: wire.AttachmentId): ports.Answer<ports.ReadableFile> {
    return this.loader.serveMember(caller, (channel) => readableFile(channel, caller.user, attachment));
  }

  async mayAttach(caller: ports.Caller): ports.Answer<null> {
    return this.loader.serveMember(caller, (channel) => requireMayAttach(channel, caller.user));
  }

  async heldTickets(tickets: wire.TicketId[]): ports.Answer<wire.TicketId[]> {
    return this.loader.serve((channel) => heldTickets(channel, tickets));
  }
}
