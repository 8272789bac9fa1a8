// Videos: made smaller before they are sent, where the browser can; played with seek by ranges.
import path from "node:path";
import { type Browser, expect, type Page } from "@playwright/test";
import type { Server } from "../simulation/kit/dev-server";
import { composer, openChat, openPage, register, test } from "./people";

let server: Server;
test.beforeAll(({ running }) => {
  server = running;
});

/**
 * Makes a noisy video in H.264, so that it has many bytes, as from a phone that was held upright:
 * its frames lie on their side.
 */
async function uprightVideo(browser: Browser, width: number, height: number, frames: number): Promise<Buffer> {
  const page = await openPage(browser, server.url, { bypassCSP: true });
  const bundle = path.join(import.meta.dirname, "../../node_modules/mediabunny/dist/bundles/mediabunny.min.cjs");
  await page.addScriptTag({ path: bundle });
  const base64 = await page.evaluate(
    async ([w, h, count]) => {
      const { Mediabunny } = window as unknown as { Mediabunny: typeof import("mediabunny") };
      const canvas = new OffscreenCanvas(h ?? 1, w ?? 1);
      const context = canvas.getContext("2d");
      if (!context) throw new Error("no context");
      const noise = context.createImageData(256, 256);
      const target = new Mediabunny.BufferTarget();
      const output = new Mediabunny.Output({ format: new Mediabunny.Mp4OutputFormat(), target });
      const source = new Mediabunny.CanvasSource(canvas, {
        codec: "avc",
        quality: new Mediabunny.Quality({ bitrate: 12_000_000 }),
      });
      output.addVideoTrack(source, { rotation: 90 });
      await output.start();
      for (let frame = 0; frame < (count ?? 1); frame++) {
        for (let i = 0; i < noise.data.length; i++) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 255;
        for (let x = 0; x < 1_024; x += 256) context.putImageData(noise, x, 256 * (frame % 4));
        await source.add(frame / 15, 1 / 15);
      }
      await output.finalize();
      const bytes = new Uint8Array(target.buffer ?? new ArrayBuffer(0));
      let text = "";
      for (let at = 0; at < bytes.length; at += 32_768) text += String.fromCharCode(...bytes.subarray(at, at + 32_768));
      return btoa(text);
    },
    [width, height, frames],
  );
  await page.context().close();
  return Buffer.from(base64, "base64");
}

const tray = (page: Page) => page.getByRole("list", { name: "Files to send" });

test("a large video is made smaller in a worker, and seeks by ranges at the other person", async ({ browser }) => {
  test.setTimeout(180_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  await openChat(bob, alice);
  const buffer = await uprightVideo(browser, 1_440, 2_560, 36);
  const input = alice.page.locator("input[type=file]").first();
  await input.setInputFiles({ name: "waves.mp4", mimeType: "video/mp4", buffer });
  await expect(tray(alice.page).getByRole("progressbar", { name: "Making waves.mp4 smaller" })).toBeVisible();
  // The page goes on while the worker works, and a message with the video waits.
  await composer(alice.page).fill("the waves");
  await composer(alice.page).press("Enter");
  await expect(alice.page.getByText("A video is still being made smaller.")).toBeVisible();
  await expect(tray(alice.page).getByText("→")).toBeVisible({ timeout: 120_000 });
  await composer(alice.page).press("Enter");
  const video = bob.page.locator("article video");
  await expect(video).toBeVisible({ timeout: 30_000 });
  await expect(video).toHaveAttribute("poster", /\/poster\//);
  const ranges: string[] = [];
  bob.page.on("request", (request) => {
    if (request.resourceType() === "media") ranges.push(request.headers().range ?? "");
  });
  const played = await video.evaluate(async (one: HTMLVideoElement) => {
    const heard = (type: string) => new Promise((resolve) => one.addEventListener(type, resolve, { once: true }));
    one.muted = true;
    one.preload = "auto";
    const loaded = heard("loadeddata");
    one.load();
    await loaded;
    const { videoWidth, videoHeight, duration } = one;
    const seeked = heard("seeked");
    one.currentTime = duration * 0.75;
    await seeked;
    const { readyState, currentTime } = one;
    return { videoWidth, videoHeight, duration, readyState, currentTime };
  });
  expect(played).toMatchObject({ videoWidth: 1_080, videoHeight: 1_920 });
  expect(played.duration).toBeGreaterThan(2);
  expect(played.duration).toBeLessThan(6);
  expect(played.currentTime).toBeCloseTo(played.duration * 0.75, 1);
  expect(played.readyState).toBeGreaterThanOrEqual(2);
  expect(ranges.some((range) => /^bytes=\d+-/.test(range))).toBe(true);
  const source = await video.getAttribute("src");
  const size = await bob.page.evaluate(async (url) => (await (await fetch(url ?? "")).blob()).size, source);
  expect(size).toBeLessThan(buffer.length);
});

test("the person may keep the original, and a video that the browser cannot read is sent as it is", async ({
  browser,
}) => {
  test.setTimeout(120_000);
  const alice = await register(browser, server.url, "Alice");
  const bob = await register(browser, server.url, "Bob");
  await openChat(alice, bob);
  const buffer = await uprightVideo(browser, 1_440, 2_560, 24);
  const input = alice.page.locator("input[type=file]").first();
  await input.setInputFiles([
    { name: "waves.mp4", mimeType: "video/mp4", buffer },
    { name: "strange.mp4", mimeType: "video/mp4", buffer: Buffer.from("no video at all") },
  ]);
  const waves = tray(alice.page).getByRole("listitem").filter({ hasText: "waves.mp4" });
  const strange = tray(alice.page).getByRole("listitem").filter({ hasText: "strange.mp4" });
  await waves.getByRole("button", { name: "Use the original" }).click();
  await expect(waves.getByText("sent as it is")).toBeVisible();
  await expect(strange.getByText("sent as it is")).toBeVisible();
  await strange.getByRole("button", { name: "Remove strange.mp4" }).click();
  await composer(alice.page).press("Enter");
  const video = alice.page.locator("article video");
  await expect(video).toBeVisible({ timeout: 30_000 });
  const size = await video.evaluate(async (one: HTMLVideoElement) => (await (await fetch(one.src)).blob()).size);
  expect(size).toBe(buffer.length);
});
