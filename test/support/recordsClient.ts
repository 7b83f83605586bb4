import { isJsonObject, type JsonObject } from '../../common/json';
import { until } from './fakeClock';

const kbRecords = 'cxlvhlp_kbrecordsforbotconversations';

/** Reads the Dynamics stand-in over its Web API, with a token of its own, and steers it by its records page. */
export class RecordsClient {
  private token: string | undefined;

  constructor(private readonly url: string) {}

  /** The rows of an entity set that a filter accepts. */
  async rows(set: string, filter?: string): Promise<JsonObject[]> {
    const query = filter === undefined ? '' : `?$filter=${encodeURIComponent(filter)}`;
    const answer = await this.get(`${set}${query}`);
    return (answer['value'] as JsonObject[]) ?? [];
  }

  row(set: string, id: string): Promise<JsonObject> {
    return this.get(`${set}(${id})`);
  }

  chat(chatActivityId: string): Promise<JsonObject> {
    return this.row('cxlvhlp_chatactivities', chatActivityId);
  }

  /** The kb records that are linked to a chat activity, with all their columns. */
  async articlesSent(chatActivityId: string): Promise<JsonObject[]> {
    const detail = (await this.page(`cxlvhlp_chatactivities/${chatActivityId}`)) as unknown as {
      lists: { title: string; rows: { to: string }[] }[];
    };
    const list = detail.lists.find(({ title }) => title === 'Articles sent by the bot');
    const ids = (list?.rows ?? []).map(({ to }) => to.split('/')[1] ?? '');
    return Promise.all(ids.map((id) => this.row(kbRecords, id)));
  }

  notesOf(chatActivityId: string): Promise<JsonObject[]> {
    return this.rows('annotations', `_objectid_value eq ${chatActivityId}`);
  }

  /** Switches the stand-in: as it should, not at all, or refusing for too many requests. The page goes on. */
  async setMode(mode: 'normal' | 'down' | 'throttled'): Promise<void> {
    const response = await fetch(`${this.url}/records/mode`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ mode }),
    });
    if (!response.ok) throw new Error(`the records page answered ${response.status}`);
    await response.arrayBuffer();
  }

  /** How many rows a set has by the records page, which also answers while the API is down. */
  async count(set: string): Promise<number> {
    const menu = (await this.page('menu')) as unknown as { sets: { set: string; count: number }[] };
    return menu.sets.find((one) => one.set === set)?.count ?? 0;
  }

  /** What `read` finds as soon as `isThere` accepts it; records are written after the answer to the customer. */
  async eventually<T>(what: string, read: () => Promise<T>, isThere: (value: T) => boolean, withinInMs = 30_000): Promise<T> {
    let last: T | undefined;
    try {
      await until(
        what,
        async () => {
          last = await read();
          return isThere(last);
        },
        withinInMs,
      );
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.message : String(error)}\nlast seen: ${JSON.stringify(last)}`);
    }
    return last as T;
  }

  private async page(path: string): Promise<JsonObject> {
    const response = await fetch(`${this.url}/records/${path}`);
    if (!response.ok) throw new Error(`/records/${path} was answered ${response.status}`);
    return (await response.json()) as JsonObject;
  }

  private async get(path: string): Promise<JsonObject> {
    this.token ??= await this.newToken();
    const response = await fetch(`${this.url}/api/data/v9.2/${path}`, {
      headers: {
        authorization: `Bearer ${this.token}`,
        accept: 'application/json',
        'odata-version': '4.0',
        'odata-maxversion': '4.0',
      },
    });
    const body: unknown = await response.json();
    if (!response.ok || !isJsonObject(body)) throw new Error(`${path} was answered ${response.status}: ${JSON.stringify(body)}`);
    return body;
  }

  private async newToken(): Promise<string> {
    const access = (await (await fetch(this.controlUrl())).json()) as {
      access: { dynamicsTokenUrl: string; environment: Record<string, string> };
    };
    const { dynamicsTokenUrl, environment } = access.access;
    const response = await fetch(dynamicsTokenUrl, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: environment['DYNAMICS_CLIENT_ID'] ?? '',
        client_secret: environment['DYNAMICS_CLIENT_SECRET'] ?? '',
        scope: `${this.url}/.default`,
      }),
    });
    const body = (await response.json()) as { access_token?: string };
    if (body.access_token === undefined) throw new Error('the token service refused');
    return body.access_token;
  }

  /** The sandbox's own door is the sixth of its ports; Dynamics has the first. */
  private controlUrl(): string {
    const url = new URL(this.url);
    url.port = String(Number(url.port) + 5);
    return `${url.origin}/access`;
  }
}
