// People in calls: pages with fake cameras and microphones, and what their connections measure.
import { type Browser, expect, type Page } from "@playwright/test";
import { type Person, register } from "./people";

export const callLaunch = {
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--disable-features=WebRtcHideLocalIpsWithMdns",
    "--autoplay-policy=no-user-gesture-required",
  ],
};

interface Measured {
  state: string;
  bytes: number;
  frames: number;
  /** The energy of the sound that arrived since the beginning. */
  energy: number;
}

/** A person whose page keeps its connections where the test can measure them. */
export async function caller(browser: Browser, url: string, name: string): Promise<Person> {
  const person = await register(browser, url, name);
  await person.page.addInitScript(() => {
    const made: RTCPeerConnection[] = [];
    Object.assign(window, { made });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        made.push(this);
      }
    };
  });
  await person.page.reload();
  await expect(person.page.getByRole("button", { name: "New chat" }).first()).toBeVisible();
  return person;
}

export const measure = (page: Page): Promise<Measured[]> =>
  page.evaluate(async () => {
    const { made } = window as unknown as { made: RTCPeerConnection[] };
    const open = made.filter(({ connectionState }) => connectionState !== "closed");
    return Promise.all(
      open.map(async (connection) => {
        const measured = { state: connection.connectionState as string, bytes: 0, frames: 0, energy: 0 };
        for (const stats of (await connection.getStats()).values()) {
          if (stats.type !== "inbound-rtp") continue;
          measured.bytes += stats.bytesReceived ?? 0;
          measured.frames += stats.framesDecoded ?? 0;
          measured.energy += stats.totalAudioEnergy ?? 0;
        }
        return measured;
      }),
    );
  });

/** Waits until every connection of a page receives more than before. */
export async function expectMedia(page: Page, connections: number, kinds: readonly ("bytes" | "frames" | "energy")[]) {
  await expect
    .poll(async () => (await measure(page)).filter(({ state }) => state === "connected").length, { timeout: 20_000 })
    .toBe(connections);
  for (const kind of kinds) {
    const before = await measure(page);
    await expect
      .poll(async () => (await measure(page)).every((one, at) => one[kind] > (before[at]?.[kind] ?? 0)), {
        timeout: 10_000,
        message: kind,
      })
      .toBe(true);
  }
}

/** Returns the energy of what a page plays in 1.5 s. The fake device beeps once a second. */
export async function soundOf(page: Page): Promise<number> {
  const [before] = await measure(page);
  await page.waitForTimeout(1_500);
  const [after] = await measure(page);
  return (after?.energy ?? 0) - (before?.energy ?? 0);
}

export const stage = (page: Page) => page.getByRole("region", { name: "Call", exact: true });
export const control = (page: Page, name: string) => stage(page).getByRole("button", { name, exact: true });
export const tile = (page: Page, name: string) => stage(page).getByRole("listitem").filter({ hasText: name });

export async function start({ page }: Person, button: "Call" | "Video call"): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Start" }).click();
}
