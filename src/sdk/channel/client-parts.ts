import type { CommandAuthor } from "../outbox/command-author";
import type { Outbox } from "../outbox/outbox";
import type { Environment } from "../transport/environment";
import type { Http } from "../transport/http";
import type { TransportSelection } from "../transport/transport-selection";
import type { ServerReadMarks } from "./server-read-marks";

/** The parts of a client that all its channels share. */
export interface ClientParts {
  readonly environment: Environment;
  readonly http: Http;
  readonly transports: TransportSelection;
  readonly outbox: Outbox;
  readonly author: CommandAuthor;
  readonly serverReadMarks: ServerReadMarks;
  /** Returns the name of a channel; empty if it is not known. */
  readonly nameOf: (channel: string) => string;
}
