// The part of the fake server that receives files. It forgets nothing that arrived, and loses
// requests and answers as a test says.
import type { Upload } from "../../../src/protocol";
import { json, problemAnswer } from "./fake-http";

interface ReceivedUpload extends Upload {
  bytes: Map<number, Uint8Array>;
  isComplete: boolean;
}

export class FakeUploads {
  readonly uploads = new Map<string, ReceivedUpload>();
  /** Every request as `METHOD rest-of-the-path`, in order. */
  readonly requests: string[] = [];
  partSize = 10;
  /** What happens to a request: lost before or after it has its effect, or nothing. */
  fate: (request: string) => "before" | "after" | null = () => null;
  #next = 1;

  async answer(method: string, path: string, init: RequestInit): Promise<Response> {
    const rest = path.replace(/^.*\/uploads\/?/, "");
    const request = `${method} ${rest}`;
    this.requests.push(request);
    const fate = this.fate(request);
    if (fate === "before") throw new TypeError("fetch failed");
    const answer = await this.#perform(method, rest.split("/"), init);
    if (fate === "after") throw new TypeError("fetch failed");
    return answer;
  }

  async #perform(method: string, [id = "", what, name = ""]: string[], init: RequestInit): Promise<Response> {
    if (id === "") return json(this.#begin(JSON.parse(String(init.body))));
    const upload = this.uploads.get(id);
    if (!upload) return problemAnswer("not_found");
    if (method === "GET") return json(upload);
    if (method === "DELETE") {
      this.uploads.delete(id);
      return new Response(null, { status: 204 });
    }
    if (what === "complete") {
      if (upload.received.length < upload.parts) return problemAnswer("upload_incomplete");
      upload.isComplete = true;
      const { name, size } = upload;
      return json({ name, type: "text/plain", size, ticket: `ticket-${id}`, expiresAt: 1 });
    }
    const bytes = new Uint8Array(await new Response(init.body).arrayBuffer());
    if (what === "variants") upload.variants.push(name as Upload["variants"][number]);
    else {
      upload.bytes.set(Number(name), bytes);
      upload.received = [...upload.bytes.keys()].toSorted((a, b) => a - b);
    }
    return new Response(null, { status: 204 });
  }

  /** Returns the bytes of an upload in their order. */
  contentOf(id: string): string {
    const { bytes, received } = this.uploads.get(id) ?? { bytes: new Map<number, Uint8Array>(), received: [] };
    return received.map((part) => new TextDecoder().decode(bytes.get(part))).join("");
  }

  #begin({ name, size }: { name: string; size: number }): Upload {
    const id = `l_${this.#next++}`;
    const parts = Math.ceil(size / this.partSize);
    const upload = { id, name, size, partSize: this.partSize, parts, received: [], variants: [], expiresAt: 1 };
    this.uploads.set(id, { ...upload, bytes: new Map(), isComplete: false });
    return upload;
  }
}
