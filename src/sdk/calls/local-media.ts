// What this device sends: microphone, camera and screen. People choose their devices and change
// them while talking. A device that is unplugged is replaced by the default one.
import { Cell, type Store } from "../store";
import type { LocalTracks } from "./peer-pair";
import type { MediaDevice, MediaSources, MediaTrack } from "./rtc";

/**
 * Why a device cannot be used: this person or the browser forbids it, there is none, another
 * program uses it, or it was unplugged.
 */
export type DeviceProblem = "blocked" | "missing" | "busy" | "unplugged";

export interface LocalMediaView {
  readonly muted: boolean;
  readonly camera: boolean;
  readonly screen: boolean;
  readonly microphoneProblem: DeviceProblem | null;
  readonly cameraProblem: DeviceProblem | null;
  /** The devices of each kind. Their labels are empty until one of them was allowed. */
  readonly devices: readonly MediaDevice[];
  /** The ids of the chosen devices; empty for the default ones. */
  readonly chosen: ChosenDevices;
  readonly tracks: LocalTracks;
  /** Whether this browser can share the screen. */
  readonly canShareScreen: boolean;
}

export interface ChosenDevices {
  readonly microphone: string;
  readonly camera: string;
  readonly speaker: string;
}

export type DeviceKind = keyof ChosenDevices;

const noTracks: LocalTracks = { voice: null, camera: null, screen: null, screenSound: null };
const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const CAMERA = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
const SCREEN = { video: { frameRate: { ideal: 15, max: 30 } }, audio: true };

export class LocalMedia {
  readonly #sources: MediaSources;
  readonly #view: Cell<LocalMediaView>;
  readonly view: Store<LocalMediaView>;
  readonly #devicesChanged = () => void this.#refreshDevices();
  /** Counts requests of each device, so that the answer to an outdated one is dropped. */
  readonly #requests = { microphone: 0, camera: 0, screen: 0 };
  /** The microphones at the last try. */
  #triedMicrophones = "";
  #isClosed = false;

  constructor(sources: MediaSources, chosen: ChosenDevices) {
    this.#sources = sources;
    this.#view = new Cell<LocalMediaView>({
      ...{ muted: false, camera: false, screen: false, microphoneProblem: null, cameraProblem: null },
      ...{ devices: [], chosen, tracks: noTracks, canShareScreen: sources.getDisplayMedia !== undefined },
    });
    this.view = this.#view;
    sources.addEventListener("devicechange", this.#devicesChanged);
  }

  /** Opens the microphone. Without one, this person can listen. */
  async openMicrophone(): Promise<void> {
    const request = ++this.#requests.microphone;
    const opened = await this.#open("audio", { ...VOICE, ...exactly(this.#view.get().chosen.microphone) });
    if (this.#isOutdated("microphone", request, opened)) return;
    if (typeof opened === "string") this.#set({ microphoneProblem: opened, tracks: { voice: null } });
    else {
      opened.enabled = !this.#view.get().muted;
      opened.addEventListener("ended", () => void this.#microphoneEnded(opened));
      this.#set({ microphoneProblem: null, tracks: { voice: opened } });
    }
    await this.#refreshDevices();
  }

  setMuted(muted: boolean): void {
    const { voice } = this.#view.get().tracks;
    if (voice) voice.enabled = !muted;
    this.#set({ muted });
  }

  async setCamera(isOn: boolean): Promise<void> {
    const request = ++this.#requests.camera;
    if (!isOn) {
      this.#set({ camera: false, cameraProblem: null, tracks: { camera: null } });
      return;
    }
    const opened = await this.#open("video", { ...CAMERA, ...exactly(this.#view.get().chosen.camera) });
    if (this.#isOutdated("camera", request, opened)) return;
    if (typeof opened === "string") this.#set({ camera: false, cameraProblem: opened, tracks: { camera: null } });
    else {
      opened.contentHint = "motion";
      opened.addEventListener("ended", () => {
        if (this.#view.get().tracks.camera === opened)
          this.#set({ camera: false, cameraProblem: "unplugged", tracks: { camera: null } });
      });
      this.#set({ camera: true, cameraProblem: null, tracks: { camera: opened } });
    }
    await this.#refreshDevices();
  }

  /** Asks what to share, and shares it. Resolves with false if this person chose nothing. */
  async shareScreen(): Promise<boolean> {
    const request = ++this.#requests.screen;
    let tracks: MediaTrack[] = [];
    try {
      tracks = (await this.#sources.getDisplayMedia?.(SCREEN))?.getTracks() ?? [];
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const screen = tracks.find(({ kind }) => kind === "video") ?? null;
    const isOutdated = this.#isClosed || request !== this.#requests.screen;
    if (screen === null || isOutdated) {
      for (const track of tracks) track.stop();
      return false;
    }
    screen.contentHint = "detail";
    screen.addEventListener("ended", () => {
      if (this.#view.get().tracks.screen === screen) this.stopScreen();
    });
    const screenSound = tracks.find(({ kind }) => kind === "audio") ?? null;
    this.#set({ screen: true, tracks: { screen, screenSound } });
    return true;
  }

  stopScreen(): void {
    this.#requests.screen++;
    this.#set({ screen: false, tracks: { screen: null, screenSound: null } });
  }

  /** Uses another device from now on. The view of the speaker says where a page plays the call. */
  async choose(kind: DeviceKind, deviceId: string): Promise<void> {
    const before = this.#view.get();
    this.#set({ chosen: { ...before.chosen, [kind]: deviceId } });
    if (kind === "microphone") await this.openMicrophone();
    else if (kind === "camera" && before.camera) {
      // Phones cannot open two cameras at once.
      this.#set({ tracks: { camera: null } });
      await this.setCamera(true);
    }
  }

  /** Stops everything. */
  close(): void {
    this.#isClosed = true;
    this.#sources.removeEventListener("devicechange", this.#devicesChanged);
    this.#set({ camera: false, screen: false, tracks: noTracks });
  }

  async #open(kind: "audio" | "video", constraints: object): Promise<MediaTrack | DeviceProblem> {
    try {
      const [track] = (await this.#sources.getUserMedia({ [kind]: constraints })).getTracks();
      return track ?? "missing";
    } catch (error) {
      // The chosen device is gone, so the default one is used.
      if ("deviceId" in constraints && nameOf(error) !== "NotAllowedError") {
        const { deviceId: _, ...others } = constraints;
        return this.#open(kind, others);
      }
      return problemOf(error);
    }
  }

  #isOutdated(kind: "microphone" | "camera", request: number, opened: MediaTrack | DeviceProblem): boolean {
    if (!this.#isClosed && request === this.#requests[kind]) return false;
    if (typeof opened !== "string") opened.stop();
    return true;
  }

  async #microphoneEnded(track: MediaTrack): Promise<void> {
    if (this.#isClosed || this.#view.get().tracks.voice !== track) return;
    this.#set({ microphoneProblem: "unplugged", tracks: { voice: null } });
    await this.openMicrophone();
    if (this.#view.get().microphoneProblem === "missing") this.#set({ microphoneProblem: "unplugged" });
  }

  async #refreshDevices(): Promise<void> {
    const found = await this.#sources.enumerateDevices();
    if (this.#isClosed) return;
    const devices = found.map(({ deviceId, kind, label }) => ({ deviceId, kind, label }));
    this.#set({ devices });
    // A microphone was plugged in again.
    const { microphoneProblem, tracks } = this.#view.get();
    const isWaiting = microphoneProblem === "unplugged" || microphoneProblem === "missing";
    if (isWaiting && tracks.voice === null && devices.some(({ kind }) => kind === "audioinput"))
      if (this.#hasNewMicrophone(devices)) await this.openMicrophone();
  }

  /** Whether the microphones differ from those at the last try. */
  #hasNewMicrophone(devices: readonly MediaDevice[]): boolean {
    const ids = devices.filter(({ kind }) => kind === "audioinput").map(({ deviceId }) => deviceId);
    const tried = this.#triedMicrophones;
    this.#triedMicrophones = ids.join(" ");
    return this.#triedMicrophones !== tried;
  }

  /** Stops the tracks that are replaced. */
  #set({ tracks, ...change }: Partial<Omit<LocalMediaView, "tracks">> & { tracks?: Partial<LocalTracks> }): void {
    const before = this.#view.get();
    const next = { ...before.tracks, ...tracks };
    for (const [slot, track] of Object.entries(before.tracks))
      if (track !== null && next[slot as keyof LocalTracks] !== track) (track as MediaTrack).stop();
    this.#view.set({ ...before, ...change, tracks: tracks ? next : before.tracks });
  }
}

const exactly = (deviceId: string): object => (deviceId === "" ? {} : { deviceId: { exact: deviceId } });

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : "");

const isRefusal = (error: unknown): boolean => nameOf(error) === "NotAllowedError" || nameOf(error) === "AbortError";

function problemOf(error: unknown): DeviceProblem {
  const name = nameOf(error);
  if (name === "NotAllowedError" || name === "SecurityError") return "blocked";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "missing" : "busy";
}
