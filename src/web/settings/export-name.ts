/** Returns the file name of an export, with the date in the person's time zone. */
export function exportName(handle: string, now: number): string {
  const day = new Date(now);
  const two = (part: number) => String(part).padStart(2, "0");
  return `parley-export-${handle}-${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}.json`;
}
