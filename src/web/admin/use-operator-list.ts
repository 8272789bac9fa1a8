import { useCallback, useEffect, useState } from "react";
import type * as z from "zod";
import { askOperator, failureOf, type OperatorFailure } from "./operator-request";

interface ListPage<T> {
  items: T[];
  next: string | null;
}

/** Loads a list of the operator, page by page, and again after `reload`. */
export function useOperatorList<T>(token: string, path: string, schema: z.ZodType<ListPage<T>>) {
  const [page, setPage] = useState<ListPage<T> | null>(null);
  const [failure, setFailure] = useState<OperatorFailure | null>(null);
  const [visit, setVisit] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a visit loads the list again.
  useEffect(() => {
    let isOver = false;
    askOperator(token, path, schema).then(
      (found) => {
        if (isOver) return;
        setPage(found);
        setFailure(null);
      },
      (thrown: unknown) => isOver || setFailure(failureOf(thrown)),
    );
    return () => {
      isOver = true;
    };
  }, [token, path, schema, visit]);

  const more = async () => {
    if (page?.next == null) return;
    const cursor = new URLSearchParams({ cursor: page.next });
    try {
      const next = await askOperator(token, `${path}${path.includes("?") ? "&" : "?"}${cursor}`, schema);
      setPage({ items: [...page.items, ...next.items], next: next.next });
    } catch (thrown) {
      setFailure(failureOf(thrown));
    }
  };
  const reload = useCallback(() => setVisit((count) => count + 1), []);
  return { page, failure, more, reload };
}
