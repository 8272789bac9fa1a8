import type { ChannelUsage } from "../../protocol";
import { adminText } from "../../text/admin";
import { useLocale, useWords } from "../app/use-text";
import { totalOf, type UsageTotal } from "./usage-total";

interface UsageTableProps {
  channels: readonly ChannelUsage[];
  /** Whether all channels are loaded. */
  isWhole: boolean;
}

export function UsageTable({ channels, isWhole }: UsageTableProps) {
  const words = useWords(adminText);
  const locale = useLocale();
  const count = (value: number) => Math.round(value).toLocaleString(locale);
  const day = (at: number) => new Date(at).toLocaleDateString(locale, { dateStyle: "medium" });
  /** Amounts are small, so those below one dollar show three significant digits. */
  const money = (value: number | null) =>
    value === null
      ? "–"
      : value.toLocaleString(locale, {
          style: "currency",
          currency: "USD",
          currencyDisplay: "narrowSymbol",
          ...(value < 1 ? { maximumSignificantDigits: 3 } : { maximumFractionDigits: 2 }),
        });
  const cells = (total: UsageTotal) => (
    <>
      <td>{count(total.members)}</td>
      <td>
        {count(total.messages)}
        <small>{words.counted(count(total.counted))}</small>
      </td>
      <td>
        {count(total.head)}
        {total.behind > 0 && <small>{words.behind(count(total.behind))}</small>}
      </td>
      <td>
        {count(total.rowsWritten)}
        <small>{words.ofArchive(count(total.archiveRowsWritten))}</small>
      </td>
      <td>
        {count(total.rowsRead)}
        <small>{words.ofArchive(count(total.archiveRowsRead))}</small>
      </td>
      <td>
        {count(total.objectRequests)}
        <small>{words.frames(count(total.socketMessages))}</small>
      </td>
      <td>{money(total.dollars)}</td>
      <td>{money(total.dollarsPerMillion)}</td>
    </>
  );
  const heads = [
    words.members,
    words.messages,
    words.head,
    words.rowsWritten,
    words.rowsRead,
    words.requests,
    words.dollars,
    words.perMillion,
  ];
  const whole = count(channels.length);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the table scrolls sideways by keyboard too.
    <section className="admin-table" tabIndex={0} aria-label={words.title}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.channel}</th>
            {heads.map((head) => (
              <th key={head} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {channels.map((channel) => (
            <tr key={channel.channel}>
              <th scope="row">
                <span dir="auto">{channel.name || words.kinds[channel.kind]}</span>
                <small>
                  {channel.name && `${words.kinds[channel.kind]} · `}
                  <code>{channel.channel}</code> · {words.since(day(channel.usage.since))}
                </small>
              </th>
              {cells(totalOf([channel]))}
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{isWhole ? words.total(whole) : words.totalSoFar(whole)}</th>
            {cells(totalOf(channels))}
          </tr>
        </tfoot>
      </table>
    </section>
  );
}
