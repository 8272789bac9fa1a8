import { searchText } from "../../text/search";
import { useWords } from "../app/use-text";

/** The search syntax. It is the same in every language. */
export function Hints() {
  const { hints } = useWords(searchText);
  const rows = [
    ["from:alice  from:me", hints.from],
    ["in:harbour", hints.in],
    ["before:2026-11-21  after:2026-11-01", hints.before],
    ["has:image  has:file  has:link", hints.has],
    ['"two words"', hints.phrase],
    ["har*", hints.prefix],
    ["-harbour  -from:alice", hints.without],
  ];
  return (
    <dl className="search-hints">
      {rows.map(([typed, meaning]) => (
        <div key={typed}>
          <dt>{typed}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
