// The requests to a channel's object that no member makes: those of operators, of the push
// consumer, and of the gateway for calls. The class of the object has the others.
import { DurableObject } from "cloudflare:workers";
import type * as ports from "../domain/ports";
import type * as wire from "../protocol";
import type { ChannelLoader } from "./channel-loader";
import { channelState, compareArchive } from "./operations/archive-status";
import { admitToCall } from "./operations/call-commands";

export abstract class ServiceRequests extends DurableObject<Env> {
  /** Set by the class of the object. No method, because methods can be called from outside. */
  protected services!: ChannelLoader;

  async state(): ports.Answer<ports.ChannelState> {
    return this.services.serve(channelState);
  }

  async compareArchive(after: number): ports.Answer<wire.ArchiveReport> {
    return this.services.serve((channel) => compareArchive(channel, after));
  }

  async rebuildArchive(): ports.Answer<null> {
    return this.services.serveVoid(({ archiver }) => archiver.rebuild());
  }

  async claimNotifications(job: wire.WindowJob): ports.Answer<ports.ClaimedNotifications> {
    return this.services.serve(({ notifications }) => notifications.claim(job));
  }

  async reportDeliveries(report: ports.DeliveryReport): ports.Answer<null> {
    return this.services.serveVoid(({ notifications }) => notifications.report(report));
  }

  async ringing(call: number): ports.Answer<string[]> {
    return this.services.serve(({ calls }) => (calls.on?.call === call ? calls.ringing() : []));
  }

  async admitToCall(caller: ports.Caller): ports.Answer<ports.CallAdmission> {
    return this.services.serveMember(caller, (channel) => admitToCall(channel, caller));
  }
}
