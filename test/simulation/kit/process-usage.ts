// Memory and processor time of the workerd processes below a process, read from /proc.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

const TICKS_PER_SECOND = 100;
const PEAK_RESET = "5";

/** Ids of the workerd processes that descend from `ancestor`. */
export function workerdsOf(ancestor: number): number[] {
  const parents = new Map<number, { parent: number; name: string }>();
  for (const entry of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = readStat(Number(entry));
    if (stat) parents.set(Number(entry), { name: stat.name, parent: Number(stat.fields[1]) });
  }
  const descends = (id: number): boolean => {
    const parent = parents.get(id)?.parent ?? 0;
    return parent === ancestor || (parent > 1 && descends(parent));
  };
  return [...parents].filter(([id, { name }]) => name === "workerd" && descends(id)).map(([id]) => id);
}

/** Resident memory in MB: the present value, and the peak since `resetPeak`. */
export function memoryOf(ids: readonly number[]): { nowMb: number; peakMb: number } {
  const sum = (field: string) =>
    ids.reduce((total, id) => {
      const line = new RegExp(`${field}:\\s+(\\d+) kB`).exec(readFileSync(`/proc/${id}/status`, "utf8"));
      return total + Number(line?.[1] ?? 0) / 1024;
    }, 0);
  return { nowMb: sum("VmRSS"), peakMb: sum("VmHWM") };
}

export function resetPeak(ids: readonly number[]): void {
  for (const id of ids) writeFileSync(`/proc/${id}/clear_refs`, PEAK_RESET);
}

/** Processor time used so far, in milliseconds. */
export function processorMsOf(ids: readonly number[]): number {
  return ids.reduce((total, id) => {
    const fields = readStat(id)?.fields ?? [];
    return total + ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
  }, 0);
}

/**
 * `fields` are those after the name, which may contain spaces and brackets. Null for a process that
 * has ended.
 */
function readStat(id: number): { name: string; fields: string[] } | null {
  let text: string;
  try {
    text = readFileSync(`/proc/${id}/stat`, "utf8");
  } catch (error) {
    // It ended between the listing and the reading.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return null;
    throw error;
  }
  const end = text.lastIndexOf(")");
  return { name: text.slice(text.indexOf("(") + 1, end), fields: text.slice(end + 2).split(" ") };
}
