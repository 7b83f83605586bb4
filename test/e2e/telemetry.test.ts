import { spawn } from 'node:child_process';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { packageRoot } from '../../common/packageRoot';
import { OtlpReceiver } from '../../scripts/tracing/otlpReceiver';

jest.setTimeout(60_000);

/** Keeps what it is sent. */
class Sink {
  readonly calls: { url: string; headers: IncomingHttpHeaders; body: string }[] = [];
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const bytes = Buffer.concat(chunks);
      const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
      this.calls.push({ url: request.url ?? '', headers: request.headers, body });
      const items = body.startsWith('[') ? (JSON.parse(body) as unknown[]).length : 1;
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ itemsReceived: items, itemsAccepted: items, errors: [] }));
    });
  });

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** Runs the compiled telemetry in a process of its own; resolves with the lines it wrote. */
async function probe(settings: object, work: string, env: Record<string, string> = {}): Promise<string[]> {
  const dist = (file: string) => JSON.stringify(path.join(packageRoot, 'dist', file));
  const code = `
    const { Telemetry } = require(${dist('bot/telemetry/telemetry')});
    const { createLog } = require(${dist('common/log')});
    const { createHttpClient } = require(${dist('common/http')});
    const { count, span } = require(${dist('common/telemetry')});
    const { watchStore } = require(${dist('bot/telemetry/watchedStore')});
    const log = createLog({ level: 'info', destination: { write: (line) => process.stdout.write(line) } });
    const telemetry = new Telemetry({ hasEndpoint: false, sampleRatio: 1, ...${JSON.stringify(settings)} }, log);
    const print = (value) => process.stdout.write(JSON.stringify(value) + '\\n');
    telemetry.start();
    (async () => { ${work}; await telemetry.stop(); process.exit(0); })();`;
  const { NODE_OPTIONS: _options, ...own } = process.env;
  const child = spawn(process.execPath, ['-e', code], { env: { ...own, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    output += part;
  });
  expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
  return output.split('\n').filter((line) => line !== '');
}

describe('telemetry in a process of its own', () => {
  it('loads nothing of OpenTelemetry or Azure while no setting asks for it', async () => {
    const work = "span('turn', {}, () => count('switchboard.leases.lost', {})); print(Object.keys(require.cache))";
    const [loaded = ''] = await probe({}, work);
    expect(loaded).toContain('watchedStore');
    expect(loaded).not.toMatch(/opentelemetry|@azure/);
  });

  it('sends spans to a collector, under the name of the product', async () => {
    const receiver = await OtlpReceiver.start();
    await probe(
      { otlpEndpoint: `${receiver.url}/` },
      "await span('turn', { kind: 'server' }, () => span('inner', {}, async () => 0))",
    );
    expect(receiver.spans.map(({ name, kind }) => [name, kind])).toEqual([
      ['inner', 'internal'],
      ['turn', 'server'],
    ]);
    expect(receiver.bodies.join('')).toMatch(/"service\.name","value":\{"stringValue":"switchboard"\}/);
    await receiver.close();
  });

  it('traces the share it is told to, and a stored trace as its beginning was', async () => {
    const receiver = await OtlpReceiver.start();
    const [kept, left] = [`00-${'1'.repeat(32)}-${'2'.repeat(16)}-01`, `00-${'3'.repeat(32)}-${'2'.repeat(16)}-00`];
    const work = `span('turn', {}, () => 0); for (const parent of ['${kept}', '${left}']) span('turn', { parent }, () => 0)`;
    await probe({ sampleRatio: 0, otlpEndpoint: receiver.url }, work);
    expect(receiver.spans.map(({ traceId }) => traceId)).toEqual(['1'.repeat(32)]);
    await receiver.close();
  });

  it('gives desks no trace header', async () => {
    const [receiver, desk] = [await OtlpReceiver.start(), new Sink()];
    const url = `http://127.0.0.1:${await desk.listen()}`;
    const call = `createHttpClient()({ method: 'POST', url: '${url}', body: '{}', timeoutInMs: 5000 })`;
    await probe({ otlpEndpoint: receiver.url }, `await span('desk.send', { kind: 'client' }, () => ${call})`);
    expect(receiver.spans).toHaveLength(1);
    expect(desk.calls).toHaveLength(1);
    expect(Object.keys(desk.calls[0]?.headers ?? {}).filter((name) => /trace|baggage|b3|request-id/i.test(name))).toEqual([]);
    await Promise.all([receiver.close(), desk.close()]);
  });

  it('sends spans and metrics to Azure Monitor, under the names that its alerts look for', async () => {
    const azure = new Sink();
    const port = await azure.listen();
    const azureConnectionString =
      'InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=https://azure.example/';
    // The exporter speaks TLS only, and the stand-in has no certificate.
    const plain = `const [http, https] = [require('node:http'), require('node:https')];
      https.request = (options, done) => http.request({ ...options, protocol: 'http:', hostname: '127.0.0.1', host: '127.0.0.1', port: ${port}, agent: undefined }, done);`;
    const work = `${plain} await span('turn', { kind: 'server' }, async () => 0); count('switchboard.dead_letters', { where: 'toDesk' })`;
    await probe({ azureConnectionString }, work, { APPLICATION_INSIGHTS_NO_STATSBEAT: 'true' });
    const sent = azure.calls.map(({ body }) => body).join('\n');
    expect(sent).toContain('"name":"switchboard.dead_letters"');
    expect(sent).toContain('"name":"turn"');
    expect(azure.calls.every(({ url }) => url.includes('/track'))).toBe(true);
    await azure.close();
  });

  it('says once a minute that nothing can be sent, and quotes nothing', async () => {
    const lines = await probe({ otlpEndpoint: 'http://127.0.0.1:9' }, "span('turn', {}, () => 0)");
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['traces or metrics could not be sent']);
    expect(lines.join('')).not.toMatch(/127\.0\.0\.1|ECONNREFUSED/);
  });

  it('says in log lines to which trace they belong', async () => {
    const receiver = await OtlpReceiver.start();
    const lines = await probe({ otlpEndpoint: receiver.url }, "span('turn', {}, () => log.info('inside')); log.info('outside')");
    const [inside, outside] = lines.map((line) => JSON.parse(line) as Record<string, string>);
    const [turn] = receiver.spans;
    expect(inside).toMatchObject({ msg: 'inside', trace_id: turn?.traceId, span_id: turn?.spanId });
    expect(outside).not.toHaveProperty('trace_id');
    await receiver.close();
  });
});
