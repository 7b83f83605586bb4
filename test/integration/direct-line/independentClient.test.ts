import { DirectLine as Client, type Activity as ClientActivity } from 'botframework-directlinejs';
import { WebSocket } from 'ws';
import { until } from '../../support/fakeClock';
import { type LineRig, startLine } from './lineRig';

/** The little of XMLHttpRequest that the client needs, over fetch; Node has none. */
class FetchRequest {
  readyState = 0;
  status = 0;
  response: unknown = null;
  responseText = '';
  responseType = '';
  timeout = 0;
  withCredentials = false;
  upload = {};
  onreadystatechange?: () => void;
  onerror?: () => void;
  ontimeout?: () => void;
  private readonly headers: Record<string, string> = {};
  private method = 'GET';
  private url = '';
  private readonly control = new AbortController();

  open(method: string, url: string): void {
    this.method = method;
    this.url = url;
    this.readyState = 1;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader(): null {
    return null;
  }
  abort(): void {
    this.control.abort();
  }
  send(body?: string | FormData): void {
    fetch(this.url, {
      method: this.method,
      headers: this.headers,
      ...(body !== undefined && { body }),
      signal: this.control.signal,
    }).then(
      async (response) => {
        this.status = response.status;
        this.responseText = await response.text();
        this.response = this.responseType === 'json' ? JSON.parse(this.responseText || 'null') : this.responseText;
        this.readyState = 4;
        this.onreadystatechange?.();
      },
      () => this.onerror?.(),
    );
  }
}

describe('botframework-directlinejs with our Direct Line', () => {
  let rig: LineRig;
  const before = {
    XMLHttpRequest: Reflect.get(globalThis, 'XMLHttpRequest') as unknown,
    WebSocket: Reflect.get(globalThis, 'WebSocket') as unknown,
  };

  beforeAll(() => {
    Object.assign(globalThis, { XMLHttpRequest: FetchRequest, WebSocket });
  });
  afterAll(() => {
    Object.assign(globalThis, before);
  });
  beforeEach(async () => {
    rig = await startLine();
    rig.onActivity = async ({ type, id, text, conversation }) => {
      if (type === 'message') await rig.say(conversation.id, { type: 'message', text: `echo ${text}` }, id);
      return 200;
    };
  });
  afterEach(() => rig.stop());

  async function connect(webSocket: boolean, going?: { conversationId: string }) {
    const { body } = going
      ? await rig.call('GET', `/conversations/${going.conversationId}`)
      : await rig.call('POST', '/tokens/generate', { body: { user: { id: 'dl_1' } } });
    const client = new Client({
      domain: rig.line.url,
      token: body['token'] as string,
      webSocket,
      pollingInterval: 200,
      ...going,
    });
    const got: ClientActivity[] = [];
    const subscription = client.activity$.subscribe((activity) => got.push(activity));
    const post = (text: string) =>
      new Promise<string>((resolve, reject) => {
        client.postActivity({ type: 'message', text, from: { id: 'dl_1' } } as ClientActivity).subscribe(resolve, reject);
      });
    const end = () => {
      subscription.unsubscribe();
      client.end();
    };
    const texts = () => got.filter(({ type }) => type === 'message').map((activity) => (activity as { text?: string }).text);
    return { conversationId: body['conversationId'] as string, post, texts, end };
  }

  it.each([
    ['a web socket', true],
    ['polling', false],
  ])('talks by %s, and so does a second client that comes later', async (_name, webSocket) => {
    const one = await connect(webSocket);
    expect(await one.post('hello')).toMatch(/\|\d{7}$/);
    await until('the answer arrives', () => one.texts().includes('echo hello'));
    expect(one.texts()).toEqual(['hello', 'echo hello']);
    const two = await connect(webSocket, { conversationId: one.conversationId });
    await until('the history arrives', () => two.texts().length === 2);
    await two.post('both');
    await until('both have it', () => one.texts().length === 4 && two.texts().length === 4);
    expect(one.texts()).toEqual(two.texts());
    one.end();
    two.end();
  });

  it('learns that a message was not taken', async () => {
    const one = await connect(true);
    rig.onActivity = async () => 500;
    // The word with which the client says that sending may be tried again.
    expect(await one.post('lost')).toBe('retry');
    expect(one.texts()).toEqual([]);
    one.end();
  });
});
