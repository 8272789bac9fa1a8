// The devices that get notifications, and whether this browser is one of them.
import { useCallback, useEffect, useState } from "react";
import type { Me } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { isThisDevice } from "../notifications/push-device";
import { loadPushDevices } from "../notifications/subscription";

export type PushDeviceList =
  | { state: "loading" }
  | { state: "loaded"; items: PushDevice[]; here: PushDevice | null }
  | { state: "failed"; thrown: unknown };

async function load(me: Me): Promise<PushDeviceList> {
  const { items, here } = await loadPushDevices(me);
  const sorted = items.toSorted(
    (one, other) => Number(isThisDevice(other)) - Number(isThisDevice(one)) || other.createdAt - one.createdAt,
  );
  return { state: "loaded", items: sorted, here };
}

export function useDevices(me: Me): [PushDeviceList, () => Promise<void>] {
  const [devices, setDevices] = useState<PushDeviceList>({ state: "loading" });
  const { id, session } = me;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new display name changes no device.
  const reload = useCallback(
    () => load(me).then(setDevices, (thrown: unknown) => setDevices({ state: "failed", thrown })),
    [id, session],
  );
  useEffect(() => void reload(), [reload]);
  return [devices, reload];
}
