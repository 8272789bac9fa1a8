// The boundary of an object: errors become results for the caller, and internal errors are logged.
import { ChatError, fail, type RpcResult, succeed } from "../domain/error";
import { tuning } from "../domain/tuning";
import { logError } from "./logger";

/**
 * Returns the result of `work`. An error other than `ChatError` is logged and answered as
 * `internal`, or as `temporary` where a later attempt may succeed.
 */
export async function toRpcResult<T>(event: string, work: () => T | Promise<T>): Promise<RpcResult<T>> {
  try {
    return succeed(await work());
  } catch (error) {
    if (!(error instanceof ChatError)) logError(event, error);
    return fail(error);
  }
}

/**
 * Runs the work of an alarm, and retries it later if it fails. Never throws: the platform drops an
 * alarm that failed seven times.
 */
export async function runAlarm(storage: DurableObjectStorage, event: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logError(event, error);
    await storage.setAlarm(Date.now() + tuning.alarmRetryMs);
  }
}
