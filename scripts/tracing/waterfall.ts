import type { ReceivedSpan } from './otlpReceiver';

const colors: Record<string, string> = {
  server: '#2563eb',
  client: '#d97706',
  consumer: '#7c3aed',
  internal: '#0f766e',
};
const labelWidth = 330;
const chartWidth = 900;
const rowHeight = 22;
/** A pause longer than this is drawn short, so that what happens before and after it can be seen. */
const longestGapInMs = 300;
const drawnGapInMs = 60;

interface Row {
  span: ReceivedSpan;
  depth: number;
}

/** A page with one trace as a waterfall: a line per span, with pauses cut short. */
export function waterfall(spans: readonly ReceivedSpan[]): string {
  const rows = inOrder(spans);
  const scale = cutPauses(spans);
  const total = Math.max(1, scale.length);
  const x = (time: number) => labelWidth + (scale.at(time) / total) * chartWidth;
  const height = rows.length * rowHeight + 70;
  const instances = [...new Set(spans.map(({ instance }) => instance))];
  const pauses = scale.pauses.map(({ from, inMs }) => {
    const at = x(from) + ((drawnGapInMs / total) * chartWidth) / 2;
    return `<line x1="${at}" x2="${at}" y1="44" y2="${height - 12}" class="pause"/><text x="${at}" y="38" class="time" text-anchor="middle">${duration(inMs)}</text>`;
  });
  const lines = rows.map((row, index) => line(row, 54 + index * rowHeight, x, instances));
  const width = labelWidth + chartWidth + 170;
  return `<!doctype html>
<meta charset="utf-8">
<title>One handoff as a trace</title>
<style>
  body { margin: 16px; background: #fff; color: #111827; font: 13px system-ui, sans-serif; }
  text { font: 12px system-ui, sans-serif; fill: #111827; }
  .time { fill: #6b7280; font-size: 11px; }
  .pause { stroke: #d1d5db; stroke-dasharray: 3 3; }
  .row { fill: #f9fafb; }
</style>
<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" role="img" aria-label="Waterfall of the spans of one handoff">
<text x="0" y="16" style="font-size:15px;font-weight:600">One handoff: ${rows.length} spans in ${duration(spanOf(spans))}</text>
${legend(width)}
${pauses.join('\n')}
${lines.join('\n')}
</svg>
`;
}

function line({ span, depth }: Row, y: number, x: (time: number) => number, instances: string[]): string {
  const from = x(span.startedAt);
  const width = Math.max(2, x(span.endedAt) - from);
  const color = span.error === undefined ? (colors[span.kind] ?? colors['internal']) : '#dc2626';
  const process = instances.length > 1 ? ` · process ${instances.indexOf(span.instance) + 1}` : '';
  const note = `${duration(span.endedAt - span.startedAt)}${span.error === undefined ? '' : ` · ${escaped(span.error)}`}${process}`;
  return `<g><title>${escaped(JSON.stringify(span.attributes))}</title>
<text x="${depth * 14}" y="${y + 12}">${escaped(span.name)} <tspan class="time">${escaped(detail(span))}</tspan></text>
<rect x="${from.toFixed(1)}" y="${y + 2}" width="${width.toFixed(1)}" height="12" rx="2" fill="${color}"/>
<text x="${(from + width + 6).toFixed(1)}" y="${y + 12}" class="time">${note}</text></g>`;
}

/** What tells spans of one name apart. */
function detail({ attributes }: ReceivedSpan): string {
  const names = ['provider', 'by', 'event', 'delivery', 'record', 'table', 'decision', 'skill'];
  return names
    .map((name) => attributes[`switchboard.${name}`])
    .filter((value) => value !== undefined)
    .join(' ');
}

function legend(width: number): string {
  return Object.entries(colors)
    .map(([kind, color], index) => {
      const x = width - 420 + index * 100;
      return `<rect x="${x}" y="6" width="12" height="12" rx="2" fill="${color}"/><text x="${x + 17}" y="16">${kind}</text>`;
    })
    .join('');
}

/** Parents before children, each family in order of time. */
function inOrder(spans: readonly ReceivedSpan[]): Row[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const isRoot = ({ parentSpanId }: ReceivedSpan) => parentSpanId === undefined || !known.has(parentSpanId);
  const family = (members: ReceivedSpan[], depth: number): Row[] =>
    members
      .sort((one, other) => one.startedAt - other.startedAt)
      .flatMap((span) => [
        { span, depth },
        ...family(
          spans.filter(({ parentSpanId }) => parentSpanId === span.spanId),
          depth + 1,
        ),
      ]);
  return family(spans.filter(isRoot), 0);
}

/** A scale of time on which pauses without any span are short. */
function cutPauses(spans: readonly ReceivedSpan[]) {
  const sorted = [...spans].sort((one, other) => one.startedAt - other.startedAt);
  const begin = sorted[0]?.startedAt ?? 0;
  const pauses: { from: number; inMs: number }[] = [];
  let busyUntil = begin;
  for (const { startedAt, endedAt } of sorted) {
    if (startedAt - busyUntil > longestGapInMs) pauses.push({ from: busyUntil, inMs: startedAt - busyUntil });
    busyUntil = Math.max(busyUntil, endedAt);
  }
  const at = (time: number) => {
    const cut = pauses
      .filter(({ from }) => from < time)
      .reduce((sum, { from, inMs }) => sum + Math.max(0, Math.min(inMs, time - from) - drawnGapInMs), 0);
    return time - begin - cut;
  };
  return { at, pauses, length: at(busyUntil) };
}

function spanOf(spans: readonly ReceivedSpan[]): number {
  return Math.max(...spans.map(({ endedAt }) => endedAt)) - Math.min(...spans.map(({ startedAt }) => startedAt));
}

function duration(inMs: number): string {
  return inMs >= 1_000 ? `${(inMs / 1_000).toFixed(1)} s` : `${inMs.toFixed(inMs < 10 ? 1 : 0)} ms`;
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
