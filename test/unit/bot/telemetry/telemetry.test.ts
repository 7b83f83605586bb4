import { Telemetry } from '../../../../bot/telemetry/telemetry';
import { silentLog } from '../../../../common/log';

const started: string[] = [];
const running = { stop: async () => undefined, scrape: async () => 'metrics' };

const pretend = (what: string) => (options: object) => {
  started.push(`${what} to ${Object.keys(options).sort().join(' ')}`);
  return running;
};

jest.mock('../../../../bot/telemetry/tracing', () => {
  started.push('tracing is loaded');
  return { startTracing: pretend('traces') };
});
jest.mock('../../../../bot/telemetry/metering', () => {
  started.push('metering is loaded');
  return { startMetering: pretend('metrics') };
});

describe('telemetry', () => {
  beforeEach(() => {
    started.length = 0;
    jest.resetModules();
  });

  const start = (settings: Partial<ConstructorParameters<typeof Telemetry>[0]>) => {
    const telemetry = new Telemetry({ hasEndpoint: false, sampleRatio: 1, ...settings }, silentLog);
    telemetry.start();
    return telemetry;
  };

  it('loads nothing that no setting asks for', async () => {
    const telemetry = start({});
    expect(started).toEqual([]);
    await telemetry.stop();
  });

  it('loads what keeps metrics when somebody looks for the first time', async () => {
    const telemetry = start({});
    expect(await telemetry.scrape()).toBe('metrics');
    await telemetry.scrape();
    expect(started).toEqual(['metering is loaded', 'metrics to log']);
    await telemetry.stop();
  });

  it('traces to a collector, without metrics', () => {
    start({ otlpEndpoint: 'http://127.0.0.1:4318' });
    expect(started).toEqual(['tracing is loaded', 'traces to log otlpEndpoint sampleRatio']);
  });

  it('sends both to Azure', () => {
    start({ azureConnectionString: 'InstrumentationKey=…' });
    expect(started).toEqual([
      'tracing is loaded',
      'traces to azureConnectionString log sampleRatio',
      'metering is loaded',
      'metrics to azureConnectionString log',
    ]);
  });

  it('counts from the start on when there is a key', () => {
    start({ hasEndpoint: true });
    expect(started).toEqual(['metering is loaded', 'metrics to log']);
  });
});
