import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../common/json';
import type { EndpointConfig, EndpointName, Endpoints } from './endpointConfig';
import { filledUrl, parameterValue, type Variables } from './variables';

export interface CrmClientOptions {
  /** Address of the service. */
  serviceUrl: string;
  headers: Record<string, string>;
  endpoints: Endpoints;
  /** One for all endpoints, 1 to 10 s. */
  timeoutInMs: number;
}

/** A call that was made, for tests and for whoever looks. */
export interface MadeCall {
  endpoint: EndpointName;
  method: string;
  url: string;
  /** 0 when no answer came in time. */
  status: number;
  answer: JsonValue | undefined;
  /** The contact center would call again. */
  isToBeRepeated: boolean;
}

export interface CallFile {
  name: string;
  contentType: string;
  bytes: Buffer;
}

/** Calls the service as the contact center does, from what an administrator typed in. */
export class CrmClient {
  readonly calls: MadeCall[] = [];
  /** What the service did against the contract. */
  readonly violations: string[] = [];

  constructor(private readonly options: CrmClientOptions) {}

  /**
   * Calls an endpoint; undefined when its address could not be formed, for then it is not used. Resolves for every status, and with
   * status 0 when no answer came in time.
   */
  async call(endpoint: EndpointName, variables: Variables, file?: CallFile): Promise<MadeCall | undefined> {
    const config = this.options.endpoints[endpoint];
    const path = filledUrl(config.url, variables);
    if (path === undefined) return undefined;
    const fileData = file && config.upload === 'base64' ? { FILE_DATA: file.bytes.toString('base64') } : {};
    const parameters = Object.entries(config.parameters).flatMap(([name, written]): [string, string][] => {
      const value = parameterValue(written, { ...variables, ...fileData });
      return value === undefined ? [] : [[name, value]];
    });
    const query = config.method === 'GET' ? `?${new URLSearchParams(parameters)}` : '';
    const body = config.method === 'GET' ? undefined : bodyOf(config, parameters, file);
    const url = `${this.options.serviceUrl}${path}${query}`;
    const made = await this.send(endpoint, config, url, body);
    this.calls.push(made);
    this.check(made, config);
    return made;
  }

  /** The object an answer's location leads to. */
  objectIn(made: MadeCall | undefined, endpoint: EndpointName): JsonObject | undefined {
    let value: JsonValue | undefined = made?.answer;
    for (const part of (this.options.endpoints[endpoint].responseLocation ?? '').split('.').filter((one) => one !== ''))
      value = isJsonObject(value) ? value[part] : Array.isArray(value) ? value[Number(part)] : undefined;
    return isJsonObject(value) ? value : undefined;
  }

  private async send(
    endpoint: EndpointName,
    { method }: EndpointConfig,
    url: string,
    body: string | FormData | undefined,
  ): Promise<MadeCall> {
    const isJson = typeof body === 'string';
    const headers = { ...this.options.headers, ...(isJson && { 'content-type': 'application/json' }) };
    const signal = AbortSignal.timeout(this.options.timeoutInMs);
    try {
      const response = await fetch(url, { method, headers, signal, ...(body !== undefined && { body }) });
      const answer = parseJson(await response.text());
      return { endpoint, method, url, status: response.status, answer, isToBeRepeated: response.status === 400 };
    } catch {
      // Too slow or out of reach: both count as no answer.
      return { endpoint, method, url, status: 0, answer: undefined, isToBeRepeated: false };
    }
  }

  private check(made: MadeCall, config: EndpointConfig): void {
    if (made.status === 0 || made.status >= 300) return;
    if (made.answer === undefined) this.violations.push(`${made.endpoint}: the answer is not JSON`);
    const object = this.objectIn(made, made.endpoint);
    const isCreating = made.endpoint === 'createAccount' || made.endpoint === 'createRecord';
    const id = object?.['id'];
    if (isCreating && typeof id !== 'string' && typeof id !== 'number')
      this.violations.push(`${made.endpoint}: the answer to a create has no id`);
    if (config.upload !== undefined && id === undefined && object?.['url'] === undefined)
      this.violations.push('upload: the answer has neither id nor url');
  }
}

function bodyOf({ format, upload }: EndpointConfig, parameters: [string, string][], file?: CallFile): string | FormData {
  if (upload === 'multipart' && file) {
    const form = new FormData();
    for (const [name, value] of parameters) form.append(name, value);
    form.append('file', new Blob([new Uint8Array(file.bytes)], { type: file.contentType }), file.name);
    return form;
  }
  const properties = Object.fromEntries(parameters);
  if (format?.kind !== 'container') return JSON.stringify(properties);
  return JSON.stringify({ [format.name]: format.type === 'map' ? properties : [properties] });
}
