// The name of a file, as it is shown and as it is proposed when the file is saved.
import { limits } from "./limits";
import { storableText } from "./text";
import { cleanName } from "./visible-text";

/** Characters that a name of a file loses: controls, and what a file system refuses. */
const refused = /[\p{Cc}\p{Noncharacter_Code_Point}<>:"|?*]/gu;

/** Names of devices, which Windows opens in place of a file. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** The name of a file whose own name has no character that is safe. */
const UNNAMED = "file";

/** Returns a name without the dots and blanks around it. Takes linear time. */
function withoutEdges(name: string): string {
  const isEdge = (at: number) => name[at] === "." || name[at] === " ";
  let [start, end] = [0, name.length];
  while (start < end && isEdge(start)) start++;
  while (end > start && isEdge(end - 1)) end--;
  return name.slice(start, end);
}

/** The longest extension that a shortened name keeps, with its dot. */
const EXTENSION_CODE_POINTS = 16;

/** Returns the last dot of a name and what follows it, if that is an extension; else nothing. */
export function extensionOf(name: string): string {
  const at = name.lastIndexOf(".");
  const found = at > 0 ? name.slice(at) : "";
  return found.length > 1 && found.length <= EXTENSION_CODE_POINTS ? found : "";
}

/**
 * Returns a name that is safe to show and to save: the last part of a path, without controls and
 * without characters that change the direction of the text (a "gpj.exe" behind one reads as
 * "exe.jpg") or show nothing, of at most `limits.fileNameCodePoints` code points. A name that is
 * too long keeps its extension. Never empty.
 */
export function safeFileName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? "";
  // Windows drops dots and blanks at the end; a dot at the beginning hides a file.
  const clean = withoutEdges(cleanName(last.replace(refused, ""))).replace(device, "_$&");
  const points = [...clean];
  if (points.length <= limits.fileNameCodePoints) return clean || UNNAMED;
  const extension = extensionOf(clean);
  return points.slice(0, limits.fileNameCodePoints - [...extension].length).join("") + extension;
}

/** A name of a file as a client sends it. It is made safe. */
export const fileName = storableText(limits.typedFileNameCharacters)
  .transform(safeFileName)
  .meta({ description: `Name of a file. At most ${limits.fileNameCodePoints} code points of it are kept.` });
