// Server-sent events by `fetch`, since `EventSource` can send no key.
import { apiKey } from "./storage.js";

const AGAIN = 2_000; // milliseconds until a connection that broke is made anew

/**
 * Follow a stream of events to its end, coming back where it breaks, after the last event that came.
 *
 * @param path where
 * @param told called with each event's kind and its data
 * @param signal ends it
 */
export async function follow(path, told, signal) {
  let last = "";
  while (!signal.aborted) {
    try {
      const headers = { Accept: "text/event-stream" };
      if (apiKey()) headers["X-API-Key"] = apiKey();
      if (last) headers["Last-Event-ID"] = last;
      const response = await fetch(path, { headers, signal });
      if (response.status === 204 || (response.status >= 400 && response.status < 500)) return;
      if (response.ok) {
        for await (const { id, kind, data } of events(response.body)) {
          last = id || last;
          told(kind, data);
          if (kind === "end") return;
        }
      }
    } catch {
      // The network, or whoever follows, is gone: the next line tells which.
    }
    if (!signal.aborted) await new Promise((done) => setTimeout(done, AGAIN));
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const parts = (text + value).split("\n\n");
    text = parts.pop();
    for (const part of parts) {
      const fields = Object.fromEntries(part.split("\n").map((line) => {
        const at = line.indexOf(":");
        return [line.slice(0, at), line.slice(at + 1).trimStart()];
      }));
      if (fields.event) yield { id: fields.id, kind: fields.event, data: JSON.parse(fields.data) };
    }
  }
}
