// A client that makes calls with fake connections, and the fake server that it calls.
import type { IceAnswer } from "../../../src/protocol";
import type { ActiveCall, Client } from "../../../src/sdk";
import { json } from "../support/fake-http";
import { FakeRuntime } from "../support/fake-rtc";
import { FakeServer } from "../support/fake-server";
import { settle } from "../support/manual-clock";

export const CHANNEL = "c_general";

export class CallSetting {
  readonly server = new FakeServer();
  readonly runtime = new FakeRuntime();
  readonly warnings: string[] = [];
  readonly client: Client;
  /** What the server answers to a client that asks for ICE servers. */
  ice: IceAnswer = { iceServers: [{ urls: ["stun:stun.example"] }], expiresAt: null, relay: false, policy: "all" };

  constructor() {
    this.server.log(CHANNEL);
    this.server.intercept = (method, path) => (`${method} ${path}` === "POST /v1/calls/ice" ? json(this.ice) : null);
    const onWarning = (warning: string) => this.warnings.push(warning);
    this.client = this.server.client("alice", { calls: () => this.runtime, onWarning });
  }

  /** The call of the channel on the server. */
  call() {
    return this.server.call(CHANNEL);
  }

  /** Returns the commands of a type that the client has sent. */
  sent(type: string) {
    return this.call().commands.filter((command) => command.type === type);
  }

  async join(options = {}): Promise<ActiveCall> {
    const active = await this.client.calls.start(CHANNEL, options);
    await settle();
    return active;
  }
}

export const viewOf = (active: ActiveCall) => active.view.get();
export const othersIn = (active: ActiveCall) => viewOf(active).participants.filter(({ isMe }) => !isMe);
