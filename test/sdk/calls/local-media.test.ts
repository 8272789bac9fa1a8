// The devices of a call: choice, change, refusals, and the shared screen.
import { beforeEach, describe, expect, test } from "vitest";
import { LocalMedia } from "../../../src/sdk/calls/local-media";
import { FakeDevices } from "../support/fake-rtc";
import { settle } from "../support/manual-clock";

let devices: FakeDevices;
let media: LocalMedia;

const view = () => media.view.get();
const labels = () => devices.opened.map(({ label, readyState }) => [label, readyState]);
const second = { deviceId: "mic-2", kind: "audioinput", label: "Desk" } as const;

beforeEach(() => {
  devices = new FakeDevices();
  devices.list.push(second, { deviceId: "cam-2", kind: "videoinput", label: "Back" });
  media = new LocalMedia(devices, { microphone: "", camera: "", speaker: "" });
});

describe("a microphone", () => {
  test("asks for the cancellation of echoes", async () => {
    await media.openMicrophone();
    expect(devices.requests).toEqual([
      { audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true } },
    ]);
  });

  test("is replaced while it is muted, and the other one is muted too", async () => {
    await media.openMicrophone();
    media.setMuted(true);
    await media.choose("microphone", "mic-2");
    expect(labels()).toEqual([
      ["Headset", "ended"],
      ["Desk", "live"],
    ]);
    expect(view().tracks.voice).toMatchObject({ label: "Desk", enabled: false });
    expect(view().chosen.microphone).toBe("mic-2");
  });

  test("that was chosen and is gone is replaced by the default one", async () => {
    media = new LocalMedia(devices, { microphone: "mic-9", camera: "", speaker: "" });
    await media.openMicrophone();
    expect(view()).toMatchObject({ microphoneProblem: null, tracks: { voice: { label: "Headset" } } });
  });

  test.each([
    ["NotAllowedError", "blocked"],
    ["NotFoundError", "missing"],
    ["NotReadableError", "busy"],
  ])("that is refused with %s is %s", async (name, problem) => {
    devices.refusal = name;
    await media.openMicrophone();
    expect(view()).toMatchObject({ microphoneProblem: problem, tracks: { voice: null } });
  });

  test("that opens after the end of the call is closed", async () => {
    const opening = media.openMicrophone();
    media.close();
    await opening;
    expect(labels()).toEqual([["Headset", "ended"]]);
    expect(view().tracks.voice).toBeNull();
  });
});

describe("a camera", () => {
  test("is closed when it is off, so that its light is off", async () => {
    await media.setCamera(true);
    expect(view()).toMatchObject({ camera: true, tracks: { camera: { label: "Camera" } } });
    await media.setCamera(false);
    expect(view()).toMatchObject({ camera: false, tracks: { camera: null } });
    expect(labels()).toEqual([["Camera", "ended"]]);
  });

  test("is closed before another one opens, as phones need", async () => {
    await media.setCamera(true);
    const choosing = media.choose("camera", "cam-2");
    expect(devices.opened[0]?.readyState).toBe("ended");
    await choosing;
    expect(view()).toMatchObject({ camera: true, tracks: { camera: { label: "Back" } } });
  });

  test("that was switched off while it opened stays off", async () => {
    const opening = media.setCamera(true);
    await media.setCamera(false);
    await opening;
    expect(view()).toMatchObject({ camera: false, tracks: { camera: null } });
    expect(devices.opened.every(({ readyState }) => readyState === "ended")).toBe(true);
  });

  test("that is unplugged says so", async () => {
    await media.setCamera(true);
    devices.opened[0]?.unplug();
    expect(view()).toMatchObject({ camera: false, cameraProblem: "unplugged" });
  });
});

describe("a screen", () => {
  test("is shared until the browser ends it", async () => {
    expect(await media.shareScreen()).toBe(true);
    expect(view()).toMatchObject({ screen: true, tracks: { screen: { contentHint: "detail" } } });
    devices.opened[0]?.unplug();
    expect(view()).toMatchObject({ screen: false, tracks: { screen: null } });
  });

  test("that the person does not choose is no failure", async () => {
    devices.refusal = "NotAllowedError";
    expect(await media.shareScreen()).toBe(false);
    expect(view().screen).toBe(false);
    devices.refusal = "TypeError";
    await expect(media.shareScreen()).rejects.toThrow("TypeError");
  });
});

test("the list of devices follows what is plugged in", async () => {
  await media.openMicrophone();
  devices.change([second]);
  await settle();
  expect(view().devices).toEqual([second]);
});
