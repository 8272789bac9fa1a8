// The devices that are told of messages, and whether this browser is one of them. Both are looked at together: a browser that the
// server has been asked to forget is not left with a subscription of its own.
import { useCallback, useEffect, useState } from "react";
import type { Me } from "../../protocol";
import type { PushDevice } from "../../sdk";
import { client } from "../app/client";
import { isRefused } from "../notifications/device-of";
import { isOnHere, renewKey, turnOffHere } from "../notifications/subscription";

export type Devices =
  | { state: "loading" }
  | { state: "loaded"; items: PushDevice[]; here: PushDevice | null }
  | { state: "failed"; thrown: unknown };

const isHere = ({ kind, current }: PushDevice): boolean => kind === "web" && current;

async function load(me: Me): Promise<Devices> {
  const [items, isOn] = await Promise.all([client.push.devices(), isOnHere(me)]);
  const here = isOn ? (items.find(isHere) ?? null) : null;
  if (isOn && here === null) await turnOffHere();
  // The server's key may be another by now.
  if (here && isRefused(here.failing) && (await renewKey(me, here.failing))) return load(me);
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
