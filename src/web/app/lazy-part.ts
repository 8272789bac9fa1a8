// Parts of the page that are loaded on first use. A load can fail: the connection drops, or a new
// version of the page has replaced the file.
import { type ComponentType, createElement, type FunctionComponent, lazy } from "react";

/** How long a failed load waits before its second try. */
const RETRY_MS = 1_000;

/** Makes each part whose load failed load again. */
const renewals = new Set<() => void>();

/**
 * Returns a component that loads itself when it is first shown. A failed load is tried once more.
 * Then the component throws until `renewFailedParts` is called, because React keeps the failure.
 */
export function lazyPart<P extends object>(load: () => Promise<ComponentType<P>>): FunctionComponent<P> {
  const make = () =>
    lazy(async () => {
      try {
        return { default: await load().catch(() => pause(RETRY_MS).then(load)) };
      } catch (thrown) {
        renewals.add(renew);
        throw thrown;
      }
    });
  const renew = () => {
    part = make();
  };
  let part = make();
  return (props) => createElement<P>(part as ComponentType<P>, props);
}

/** Lets the parts that could not be loaded try again when they are next shown. */
export function renewFailedParts(): void {
  for (const renew of renewals) renew();
  renewals.clear();
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
