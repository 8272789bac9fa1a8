import type { MirroredMember } from "../../domain/roster";
import type { ServerFrame } from "../../protocol";
import type { Attached } from "../../runtime/sockets";
import type { Attachment } from "../members/socket-state";

/** Whoever gave a command. */
export interface Asker {
  /** Their socket; null over HTTP. */
  attached: Attached<Attachment> | null;
  /** Throws where they are no longer a member, or gave the command in a session that has ended. */
  admit(): MirroredMember;
  answer(frame: ServerFrame): void;
}
