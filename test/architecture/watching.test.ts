import { type MetricDefinition, metrics } from '../../common/telemetryMetrics';
import { logAlerts } from '../../scripts/templates/logAlerts';
import { productSources, textOf } from './sources';

const names = Object.keys(metrics) as (keyof typeof metrics)[];
const alerts = textOf('docs/operations/alerts.yml');
const dashboard = textOf('docs/operations/dashboard.json');
const queries = textOf('docs/operations/azure.kql');
const runbook = textOf('docs/watching.md');
const code = productSources.filter((file) => file !== 'common/telemetryMetrics.ts').map((file) => textOf(file));

/** The series of a metric as Prometheus names them. */
function seriesOf(name: keyof typeof metrics): string[] {
  const base = name.replaceAll('.', '_');
  const { kind } = metrics[name];
  if (kind === 'counter') return [`${base}_total`];
  return kind === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => base + end) : [base];
}

const series = new Map(names.flatMap((name) => seriesOf(name).map((one) => [one, name] as const)));

/** Expressions for Prometheus, of the alerts and of the dashboard. */
function expressions(): string[] {
  const panels = (JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] }).panels;
  const shown = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
  return [...[...alerts.matchAll(/expr: (.+)/g)].map((match) => match[1] ?? ''), ...shown];
}

describe('metrics', () => {
  it('are told by the code, each of them', () => {
    const silent = names.filter((name) => !code.some((text) => text.includes(`'${name}'`)));
    expect(silent).toEqual([]);
  });

  it('are all explained, and nothing else is', () => {
    const table = [...runbook.matchAll(/^\| `(switchboard\.[\w.]+)` \| (\w+) \| (.*?) \| (.+) \|$/gm)];
    const rows = table.map(([, name, kind, attributes, says]) => [name, kind, attributes, says]);
    expect(rows).toEqual(
      names.map((name) => {
        const { kind, attributes, says }: MetricDefinition = metrics[name];
        return [name, kind, attributes.map((attribute) => `\`${attribute}\``).join(', '), says];
      }),
    );
  });

  it('are all on the dashboard', () => {
    expect(names.filter((name) => !seriesOf(name).some((one) => dashboard.includes(one)))).toEqual([]);
  });

  it('that alerts and dashboard ask for exist, with the labels they ask for', () => {
    const known = ['le', 'instance', 'job'];
    const wrong = expressions().flatMap((expression) => {
      const used = [...expression.matchAll(/switchboard_\w+/g)].map(([one]) => one);
      const attributes = used.flatMap((one) => {
        const name = series.get(one);
        return name === undefined ? [] : [...(metrics[name].attributes as readonly string[])];
      });
      const grouped = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap((match) => (match[1] ?? '').split(', '));
      const matched = [...expression.matchAll(/[{,]\s*(\w+)\s*[=!]/g)].map((match) => match[1] ?? '');
      return [
        ...used.filter((one) => !series.has(one)),
        ...[...grouped, ...matched].filter((label) => ![...attributes, ...known].includes(label)),
      ];
    });
    expect(wrong).toEqual([]);
  });

  it('that the queries for Azure ask for exist', () => {
    const asked = [...queries.matchAll(/'(switchboard\.[\w.]+)'/g)].map((match) => match[1] ?? '');
    const attributes = new Set(
      code.flatMap((text) => [...text.matchAll(/'(switchboard\.\w+)':/g)].map((match) => match[1] ?? '')),
    );
    expect(asked.filter((name) => !(name in metrics) && !attributes.has(name))).toEqual([]);
    expect(asked.length).toBeGreaterThan(5);
  });

  it.each(logAlerts.map((alert) => [alert.name, alert] as const))(
    'that the deployment’s alert %s asks for exist',
    (_name, { query }) => {
      const asked = [...query.matchAll(/'(switchboard\.[\w.]+)'/g)].map((match) => match[1] ?? '');
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter((name) => !(name in metrics))).toEqual([]);
      const attributes = asked.flatMap((name) => [...(metrics[name as keyof typeof metrics].attributes as readonly string[])]);
      const used = [...query.matchAll(/customDimensions\.(\w+)/g)].map((match) => match[1] ?? '');
      expect(used.filter((name) => !attributes.includes(name))).toEqual([]);
    },
  );
});

describe('alerts', () => {
  const named = [...alerts.matchAll(/- alert: (\w+)/g)].map((match) => match[1] ?? '');

  it('each say what to do, and nothing is said of others', () => {
    expect([...runbook.matchAll(/^### (\w+)$/gm)].map((match) => match[1])).toEqual(named);
    expect([...alerts.matchAll(/runbook: docs\/watching\.md#(\w+)/g)].map((match) => match[1])).toEqual(
      named.map((name) => name.toLowerCase()),
    );
  });
});

describe('alerts of the deployment templates', () => {
  const rules =
    /"type": "Microsoft\.Insights\/metricAlerts",\s+"apiVersion": "[\d-]+",\s+"name": "\[concat\(parameters\('name'\), '-([\w-]+)'\)\]"/g;
  const platform = [...textOf('deploymentTemplates/source/template.json').matchAll(rules)].map((match) => match[1] ?? '');

  it('each say what to do, and nothing is said of others', () => {
    const [, section = ''] = /^## Alerts of the deployment templates$([\s\S]*?)^## /m.exec(runbook) ?? [];
    const told = [...section.matchAll(/^\| `-([\w-]+)` \| .+ \| (.+) \|$/gm)];
    expect(told.map((match) => match[1]).sort()).toEqual([...platform, ...logAlerts.map(({ name }) => name)].sort());
    const named = new Set([...runbook.matchAll(/^### (\w+)$/gm)].map((match) => match[1]));
    const others = [...section.matchAll(/\bSwitchboard\w+/g)].map((match) => match[0]);
    expect(others.filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('spans', () => {
  it('are all explained, with their attributes, and nothing else is', () => {
    const explained = [...runbook.matchAll(/^\| (`[a-z]+[\w.]*`(?:, `[\w.]+`)*) \| .+? \| (.*?) ?\|$/gm)].filter(
      ([, cell]) => !cell?.includes('switchboard.'),
    );
    const spans = explained.flatMap(([, cell]) => [...(cell ?? '').matchAll(/`([\w.]+)`/g)].map((match) => match[1] ?? ''));
    const literal = code.flatMap((text) => [...text.matchAll(/\bspan\(\s*'([\w.]+)'/g)].map((match) => match[1] ?? ''));
    const families = code.flatMap((text) => [...text.matchAll(/\bspan\(\s*`(\w+)\.\$\{/g)].map((match) => match[1] ?? ''));
    expect(literal.filter((name) => !spans.includes(name))).toEqual([]);
    const made = (name: string) => literal.includes(name) || families.some((family) => name.startsWith(`${family}.`));
    expect(spans.filter((name) => !made(name))).toEqual([]);
    expect(families.filter((family) => !spans.some((name) => name.startsWith(`${family}.`)))).toEqual([]);
    const attributes = new Set(
      code.flatMap((text) => [...text.matchAll(/'switchboard\.(\w+)':/g)].map((match) => match[1] ?? '')),
    );
    const told = explained.flatMap(([, , cell]) => [...(cell ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1] ?? ''));
    expect([...attributes].filter((name) => !told.includes(name))).toEqual([]);
    expect(told.filter((name) => !attributes.has(name))).toEqual([]);
  });
});
