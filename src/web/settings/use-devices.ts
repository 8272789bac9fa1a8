// The devices that are told of messages, and whether this browser is one of them.
import { useCallback, useEffect, useState } from "react";
import type { Me } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { isHere } from "../notifications/device-of";
import { lookHere } from "../notifications/subscription";

export type Devices =
  | { state: "loading" }
  | { state: "loaded"; items: PushDevice[]; here: PushDevice | null }
  | { state: "failed"; thrown: unknown };

async function load(me: Me): Promise<Devices> {
  const { items, here } = await lookHere(me);
  const sorted = items.toSorted(
    (one, other) => Number(isHere(other)) - Number(isHere(one)) || other.createdAt - one.createdAt,
  );
  return { state: "loaded", items: sorted, here };
}

export function useDevices(me: Me): [Devices, () => Promise<void>] {
  const [devices, setDevices] = useState<Devices>({ state: "loading" });
  const { id, session } = me;
  // biome-ignore lint/correctness/useExhaustiveDependencies: another name makes no other devices.
  const look = useCallback(
    () => load(me).then(setDevices, (thrown: unknown) => setDevices({ state: "failed", thrown })),
    [id, session],
  );
  useEffect(() => void look(), [look]);
  return [devices, look];
}
