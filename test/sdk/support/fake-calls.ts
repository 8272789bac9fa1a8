// The call of a channel on a fake server: its peers, tokens and signals.
import type {
  CallAnswer,
  CallCommand,
  CallMedia,
  CallPeer,
  ErrorCode,
  ServerFrame,
  Signal,
} from "../../../src/protocol";
import type { FakeSocket } from "./fake-socket";

const CALL = 7;

export class FakeCall {
  peers: CallPeer[] = [];
  isOn = false;
  completeInMs = 0;
  ringsForMs = 0;
  /** Called before a command is performed. A result refuses it. */
  refuse: (command: CallCommand) => ErrorCode | null = () => null;
  readonly commands: CallCommand[] = [];
  #numbers = 0;
  readonly #sockets = new Map<FakeSocket, number>();

  constructor(readonly channel: string) {}

  command(socket: FakeSocket, user: string, command: CallCommand): ServerFrame {
    this.commands.push(command);
    const { id } = command;
    const code = this.refuse(command);
    if (code !== null) return { type: "error", id, code, temporary: code === "temporary" };
    const ack = (mine?: CallAnswer["mine"]): ServerFrame => ({
      ...{ type: "ack", id, seq: 0 },
      ...(this.isOn && { call: this.answer(mine) }),
    });
    if (command.type === "call.start" || command.type === "call.join") {
      if (command.type === "call.join" && !this.isOn) return { type: "error", id, code: "call_over", temporary: false };
      this.isOn = true;
      return ack(this.#join(socket, user, command.media, "token" in command ? command.token : undefined));
    }
    const own = this.#sockets.get(socket);
    if (command.type === "call.signal") {
      const { id: _, type: __, to, ...content } = command;
      if (own !== undefined) this.say(to, { ...this.#of("call.signal"), from: own, ...content });
    } else if (command.type === "call.leave" && own !== undefined) this.leave(own, "left");
    else if (command.type === "call.state" && own !== undefined) {
      const { id: _, type: __, ...media } = command;
      this.setState(own, media);
    }
    return ack();
  }

  answer(mine?: CallAnswer["mine"]): CallAnswer {
    const { peers, completeInMs, ringsForMs } = this;
    const common = { call: CALL, by: "u_bob", startedAt: 1, peers, capacity: 8, completeInMs, ringsForMs };
    return { ...common, ...(mine && { mine }) };
  }

  /** Another device joins. Returns its number. */
  enter(user: string, media: Partial<CallMedia> = {}): number {
    this.isOn = true;
    const peer = ++this.#numbers;
    this.#add({
      peer,
      user,
      joinedAt: 1,
      connected: true,
      muted: false,
      camera: false,
      screen: false,
      hand: false,
      ...media,
    });
    return peer;
  }

  leave(peer: number, reason: "left" | "lost" | "removed" | "ended"): void {
    this.peers = this.peers.filter((one) => one.peer !== peer);
    this.broadcast({ ...this.#of("call.left"), peer, reason });
  }

  setState(peer: number, media: CallMedia): void {
    this.peers = this.peers.map((one) => (one.peer === peer ? { ...one, ...media } : one));
    this.broadcast({ ...this.#of("call.state"), peer, ...media, connected: true });
  }

  /** A peer loses its signalling, or has it again. */
  setConnected(peer: number, connected: boolean): void {
    this.peers = this.peers.map((one) => (one.peer === peer ? { ...one, connected } : one));
    const [{ muted = false, camera = false, screen = false, hand = false } = {}] = this.peers.filter(
      (one) => one.peer === peer,
    );
    this.broadcast({ ...this.#of("call.state"), peer, muted, camera, screen, hand, connected });
  }

  /** The server was killed. It knows nobody until they come back. */
  forget(): void {
    this.peers = [];
    this.#sockets.clear();
  }

  /** Sends a signal to one peer. */
  say(peer: number, signal: Signal): void {
    for (const [socket, number] of this.#sockets) if (number === peer) socket.say({ type: "signal", signal });
  }

  broadcast(signal: Signal): void {
    for (const socket of this.#sockets.keys()) socket.say({ type: "signal", signal });
  }

  signal(
    from: number,
    to: number,
    content: { restart?: true; description?: { type: "offer" | "answer"; sdp: string } },
  ) {
    this.say(to, { ...this.#of("call.signal"), from, ...content });
  }

  #join(socket: FakeSocket, user: string, media: CallMedia, token?: string): NonNullable<CallAnswer["mine"]> {
    const former = token === undefined ? undefined : Number(token.split("-")[1]);
    const isKnown = former !== undefined && (this.completeInMs > 0 || this.peers.some(({ peer }) => peer === former));
    const peer = isKnown ? former : ++this.#numbers;
    this.#sockets.set(socket, peer);
    this.peers = this.peers.filter((one) => one.peer !== peer);
    this.#add({ peer, user, joinedAt: 1, connected: true, ...media });
    return { peer, token: `token-${peer}`, resumed: isKnown };
  }

  #add(peer: CallPeer): void {
    this.peers = [...this.peers, peer];
    this.broadcast({ ...this.#of("call.joined"), peer });
  }

  #of<T extends string>(type: T) {
    return { type, channel: this.channel, call: CALL };
  }
}
