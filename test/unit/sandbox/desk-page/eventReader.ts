/** Reads a stream of server-sent events one after the other. */
export class EventReader {
  private rest = '';
  private readonly reader: ReadableStreamDefaultReader<string>;

  private constructor(body: ReadableStream<Uint8Array>) {
    this.reader = body.pipeThrough(new TextDecoderStream()).getReader();
  }

  static async open(url: string): Promise<EventReader> {
    const response = await fetch(`${url}/events`);
    if (response.status !== 200 || !response.body) throw new Error(`the event stream answered ${response.status}`);
    return new EventReader(response.body);
  }

  /** The next event; rejects when the stream has ended. */
  async next(): Promise<{ event: string; data: unknown }> {
    for (;;) {
      const end = this.rest.indexOf('\n\n');
      if (end === -1) {
        const { value, done } = await this.reader.read();
        if (done) throw new Error('the stream has ended');
        this.rest += value;
        continue;
      }
      const block = this.rest.slice(0, end);
      this.rest = this.rest.slice(end + 2);
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined) return { event, data: JSON.parse(data) as unknown };
    }
  }

  close(): Promise<void> {
    return this.reader.cancel();
  }
}
