// The queues of `wrangler.toml` in the form that Miniflare takes.
import * as z from "zod";

const count = z.number().optional();

export const queues = z.object({
  /** Queue names by binding. */
  producers: z.record(z.string(), z.string()),
  consumers: z.record(
    z.string(),
    z.object({
      maxBatchSize: count,
      maxBatchTimeout: count,
      maxRetries: count,
      retryDelay: count,
      deadLetterQueue: z.string().optional(),
    }),
  ),
});

export type Queues = z.infer<typeof queues>;

/** The queues in the form of `wrangler.toml`. */
interface QueueConfig {
  producers?: { binding: string; queue: string }[];
  consumers?: {
    queue: string;
    max_batch_size?: number;
    max_batch_timeout?: number;
    max_retries?: number;
    retry_delay?: number;
    dead_letter_queue?: string;
  }[];
}

export function queuesOf({ producers = [], consumers = [] }: QueueConfig): Queues {
  return {
    producers: Object.fromEntries(producers.map(({ binding, queue }) => [binding, queue])),
    consumers: Object.fromEntries(
      consumers.map((consumer) => [
        consumer.queue,
        {
          maxBatchSize: consumer.max_batch_size,
          maxBatchTimeout: consumer.max_batch_timeout,
          maxRetries: consumer.max_retries,
          retryDelay: consumer.retry_delay,
          deadLetterQueue: consumer.dead_letter_queue,
        },
      ]),
    ),
  };
}
