// How every object answers: what goes wrong is said to the caller, and logged where it is a fault of ours.
import { ChatError, fail, type RpcResult, succeed } from "../domain/error";
import { tuning } from "../domain/tuning";
import { logError } from "./logger";

/** What `work` brings, or why it did not. */
export async function toRpcResult<T>(event: string, work: () => T | Promise<T>): Promise<RpcResult<T>> {
  try {
    return succeed(await work());
  } catch (error) {
    if (!(error instanceof ChatError)) logError(event, error);
    return fail(error);
  }
}

/** An alarm's work, done again later where it failed. Never throws: an alarm that fails seven times is gone for good. */
export async function runAlarm(storage: DurableObjectStorage, event: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    logError(event, error);
    await storage.setAlarm(Date.now() + tuning.alarmRetryMs);
  }
}
