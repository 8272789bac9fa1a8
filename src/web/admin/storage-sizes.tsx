// How much the databases hold, and which channels are near the limit of their objects.
import { useEffect, useState } from "react";
import { storageState } from "../../protocol";
import { adminText } from "../../text/admin";
import { useLocale, useWords } from "../app/use-text";
import { Notice } from "../controls/notice";
import { askOperator, failureOf, type OperatorFailure } from "./operator-request";

type State = ReturnType<typeof storageState.parse>;

export interface LoadedSizes {
  state: State | null;
  failure: OperatorFailure | null;
}

const NOTHING: LoadedSizes = { state: null, failure: null };

/** Asks for the sizes when `token` or `visit` changes; asks nothing without a token. */
export function useStorageSizes(token: string | null, visit: number): LoadedSizes {
  const [storage, setStorage] = useState(NOTHING);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another visit asks again.
  useEffect(() => {
    setStorage(NOTHING);
    if (token === null) return;
    let isOver = false;
    askOperator(token, "/v1/operator/storage", storageState).then(
      (state) => isOver || setStorage({ state, failure: null }),
      (thrown: unknown) => isOver || setStorage({ state: null, failure: failureOf(thrown) }),
    );
    return () => {
      isOver = true;
    };
  }, [token, visit]);
  return storage;
}

const UNITS = [
  [1e9, "gigabyte"],
  [1e6, "megabyte"],
] as const;

function useSize(): (bytes: number) => string {
  const locale = useLocale();
  return (bytes) => {
    const [size, unit] = UNITS.find(([size]) => bytes >= size) ?? UNITS[1];
    return (bytes / size).toLocaleString(locale, { style: "unit", unit, maximumFractionDigits: 1 });
  };
}

/** The databases and channels that need room. They stand above the long table. */
export function StorageWarnings({ state }: LoadedSizes) {
  const words = useWords(adminText);
  const size = useSize();
  if (state === null) return null;
  const large = [
    ...state.databases.filter(({ isLarge }) => isLarge),
    ...state.channels.map(({ channel, bytes }) => ({ name: channel, bytes })),
  ];
  if (large.length === 0) return null;
  return (
    <section className="admin-warnings" aria-label={words.storage}>
      {large.map(({ name, bytes }) => (
        <Notice key={name} tone="danger">
          {words.storageWarning(name, size(bytes), size(state.maxBytes))}
        </Notice>
      ))}
    </section>
  );
}

interface StorageSizesProps extends LoadedSizes {
  explain(failure: OperatorFailure): string;
}

export function StorageSizes({ state, failure, explain }: StorageSizesProps) {
  const words = useWords(adminText);
  const size = useSize();
  return (
    <section className="admin-words">
      <h2>{words.storage}</h2>
      {failure && <Notice tone="danger">{explain(failure)}</Notice>}
      {state?.databases.map(({ name, bytes }) => (
        <p key={name} className="modal-hint">
          {words.used(name, size(bytes), size(state.maxBytes))}
        </p>
      ))}
      {state?.unmeasured?.map((name) => (
        <Notice key={name} tone="danger">
          {words.unmeasured(name)}
        </Notice>
      ))}
      {state?.channels.length === 0 && <p className="modal-hint">{words.noLargeChats}</p>}
    </section>
  );
}
