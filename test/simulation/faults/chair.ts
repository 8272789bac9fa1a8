// A person's seat in one channel: the SDK's handle, watched.
import type { ChannelHandle } from "parley/sdk";
import type { Event } from "../../../src/protocol/index.ts";
import { entryOf } from "./chronicle.ts";
import { Hearing } from "./hearing.ts";
import type { Line } from "./line.ts";
import type { Person } from "./person.ts";
import type { Scene } from "./scene.ts";
import { Presence, type Seat } from "./seat.ts";
import type { Change } from "./speech.ts";

export class Chair implements Seat {
  readonly name: string;
  readonly person: Person;
  readonly presence = new Presence();
  readonly hearing: Hearing;
  readonly #scene: Scene;
  readonly #handle: ChannelHandle;
  readonly #stop: (() => void)[] = [];

  private constructor(name: string, person: Person, scene: Scene) {
    this.name = name;
    this.person = person;
    this.#scene = scene;
    this.#handle = person.client.channel(scene.channel);
    this.hearing = new Hearing(name, scene.chronicle, scene.faults, this.#handle.view.get().head);
  }

  /** Opens the channel before anybody speaks in it. */
  static async take(name: string, person: Person, scene: Scene): Promise<Chair> {
    await person.client.channel(scene.channel).open();
    const chair = new Chair(name, person, scene);
    chair.#watch();
    return chair;
  }

  line(): Line | null {
    return this.person.network.lineTo(`/v1/channels/${this.#scene.channel}/`);
  }

  lines(): Line[] {
    return this.person.network.lines;
  }

  say(change: Change): void {
    const handle = this.#handle;
    if (change.type === "message.send") {
      const { text, replyTo, thread } = change;
      handle.send(text, { replyTo, thread });
    } else if (change.type === "message.edit") handle.edit(change.seq, change.text);
    else if (change.type === "message.delete") handle.remove(change.seq);
    else if (change.type === "reaction.add") handle.react(change.seq, change.emoji);
    else if (change.type === "reaction.remove") handle.unreact(change.seq, change.emoji);
    else if (change.type === "message.pin") handle.pin(change.seq);
    else if (change.type === "message.unpin") handle.unpin(change.seq);
    else if (change.type === "thread.follow") handle.follow(change.seq);
    else handle.unfollow(change.seq);
  }

  /** Looks at the beginning of the log, so that what the view holds does not grow with it. */
  async lookBack(): Promise<void> {
    await this.#handle.loadAround(1);
  }

  leave(): void {
    for (const stop of this.#stop) stop();
    this.#handle.release();
    this.#handle.close();
  }

  #watch(): void {
    const { person, presence } = this;
    const { ledger, channel } = this.#scene;
    const look = () => presence.set(this.#handle.view.get().phase === "live");
    look();
    const watcher = {
      composed: (entry: { channel: string; command: Parameters<Scene["composed"]>[1] }) => {
        if (entry.channel === channel) this.#scene.composed(person.id, entry.command);
      },
      // Its event, if there is one, is told right after it.
      settled: (nonce: string) => queueMicrotask(() => ledger.settled(person.id, nonce)),
    };
    person.watchers.add(watcher);
    this.#stop.push(
      this.#handle.onEvent((event) => this.#heard(event)),
      this.#handle.view.subscribe(look),
      () => person.watchers.delete(watcher),
    );
  }

  #heard(event: Event): void {
    this.#scene.heard(this.hearing, entryOf(event), event);
    // A poll that is lost is asked again without a word: what it brings is the way back.
    if (this.person.isPolling) this.presence.arrive();
    if (event.actor === this.person.id) {
      this.#scene.ledger.ackedAt(event.actor, event.nonce, event.seq, performance.now());
    }
  }
}
