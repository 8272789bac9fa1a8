// Whether the call covers the page, or is a small view over the chats. What was chosen for calls
// on this device.
import { create } from "zustand";
import { persist } from "zustand/middleware";
import type { AddressPolicy, ChosenDevices } from "../../sdk";
import { client } from "../app/client";

interface Stage {
  isShown: boolean;
  show(isShown: boolean): void;
}

/** The call covers the page, and the chats behind it cannot be reached. */
export const useStage = create<Stage>()((set) => ({
  isShown: false,
  show: (isShown) => set({ isShown }),
}));

interface CallPreferences {
  policy: AddressPolicy;
  devices: ChosenDevices;
  setPolicy(policy: AddressPolicy): void;
  setDevices(devices: ChosenDevices): void;
}

export const useCallPreferences = create<CallPreferences>()(
  persist(
    (set) => ({
      policy: "default",
      devices: { microphone: "", camera: "", speaker: "" },
      setPolicy: (policy) => set({ policy }),
      setDevices: (devices) => set({ devices }),
    }),
    { name: "parley.calls" },
  ),
);

/** Gives the choices to the client, before a call begins. */
export function applyCallPreferences(): void {
  const { policy, devices } = useCallPreferences.getState();
  client.calls.policy = policy;
  client.calls.devices = devices;
}
