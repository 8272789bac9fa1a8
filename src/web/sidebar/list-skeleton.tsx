const ROWS = [1, 2, 3, 4, 5];

export function ListSkeleton() {
  return (
    <div className="list-skeleton" aria-hidden>
      {ROWS.map((row) => (
        <span key={row} />
      ))}
    </div>
  );
}
