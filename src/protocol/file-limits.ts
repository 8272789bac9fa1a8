// Limits of files and uploads. They are a part of `limits`.

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MIB = 1024 * 1024;

export const fileLimits = {
  /** The most bytes of a file: half an hour of video from a phone, or any document. */
  fileBytes: 512 * MIB,
  /**
   * The size of the parts of an upload, except the last. The platform takes parts of 5 MiB to 100
   * MB, and a part that is lost is sent again.
   */
  uploadPartBytes: 8 * MIB,
  /** The most bytes of a variant of a file: a picture of 1,600 px has a tenth of it. */
  variantBytes: 2 * MIB,
  /** The most uploads of one account that are not complete. A message takes 10 files. */
  uploadsPerAccount: 50,
  /** How long an upload may take, over all interruptions. */
  uploadMs: 1 * DAY,
  /** The most characters of the name of a file as a client sends it. */
  typedFileNameCharacters: 1_024,
  /** The most characters of a MIME type: the longest registered one has about 80. */
  mimeTypeCharacters: 127,
  /** The most pixels of a picture: decoded, 100 million take 400 MB. */
  imagePixels: 100_000_000,
  /** The longest duration that a file may say it has. */
  mediaDurationMs: 1 * DAY,
  /** How soon a client asks again for a file that is being scanned. */
  scanRetryMs: 5_000,
  /** How long the address of a file that needs no sign-in is valid. */
  fileLinkMs: 1 * HOUR,
  /** The most attachments of one message. */
  attachmentsPerMessage: 10,
  /** The most code points of what an attachment shows, in words. */
  altCodePoints: 1_000,
  /** The most code points of the name of a file: file systems accept about as many bytes. */
  fileNameCodePoints: 200,
  /** The most pixels of one side of a picture or a video. */
  mediaPixels: 65_535,
  /** The most values of the waveform of a voice message. */
  waveformValues: 100,
  /** The most characters of a thumbhash in base64: 25 bytes. */
  thumbhashCharacters: 36,
  /** The most characters of a ticket. The longest of this server has about 3,300. */
  ticketCharacters: 4_096,
  /** How long a ticket makes an attachment: longer than a client is offline with an upload. */
  ticketMs: 7 * DAY,
} as const;
