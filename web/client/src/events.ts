// The event stream of an upload (WHATWG HTML, 9.2), over fetch: that works outside of browsers too, and can be cancelled.

/** Yields the data of each event of that name until the stream ends. Rejects as fetch does. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  name: string,
): AsyncGenerator<string, void, undefined> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  let event = '';
  let data: string[] = [];
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      const lines = rest.split(/\r\n|\n|\r(?!$)/);
      rest = lines.pop() ?? '';
      for (const line of lines) {
        if (line === '') {
          if (event === name && data.length > 0) yield data.join('\n');
          event = '';
          data = [];
        } else if (line.startsWith('event:')) {
          event = line.slice(6).trimStart();
        } else if (line.startsWith('data:')) {
          data.push(line.slice(5).replace(/^ /, ''));
        }
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
