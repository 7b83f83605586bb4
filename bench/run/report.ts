import type { Spread } from './statistics';

/** One figure of a run. */
export interface Finding {
  scenario: string;
  what: string;
  unit: string;
  value: number;
  /** Over the windows of the run, where there were several. */
  spread?: Spread;
  target?: Target;
  /** What explains or qualifies the figure. */
  note?: string;
}

/** `first` is what a release needs, `then` what we work towards. */
export interface Target {
  first: number;
  then: number;
  better: 'higher' | 'lower';
}

export type Verdict = 'then' | 'first' | 'missed' | '';

export function verdict({ value, target }: Finding): Verdict {
  if (!target) return '';
  const meets = (limit: number) => (target.better === 'higher' ? value >= limit : value <= limit);
  if (meets(target.then)) return 'then';
  return meets(target.first) ? 'first' : 'missed';
}

/** All findings as a table for people. */
export function table(findings: readonly Finding[]): string {
  const head = ['scenario', 'what', 'value', 'min', 'max', 'unit', 'target', 'met', 'note'];
  const rows = findings.map((finding) => [
    finding.scenario,
    finding.what,
    figure(finding.value),
    finding.spread ? figure(finding.spread.min) : '',
    finding.spread ? figure(finding.spread.max) : '',
    finding.unit,
    finding.target
      ? `${finding.target.better === 'higher' ? '≥' : '≤'} ${figure(finding.target.first)} / ${figure(finding.target.then)}`
      : '',
    verdict(finding),
    finding.note ?? '',
  ]);
  const widths = head.map((name, column) => Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: string[]) =>
    `| ${cells.map((cell, column) => (column >= 2 && column <= 4 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`;
  return [line(head), `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`, ...rows.map(line)].join('\n');
}

function figure(value: number): string {
  if (!Number.isFinite(value)) return '?';
  if (Math.abs(value) >= 100) return Math.round(value).toString();
  return Math.abs(value) >= 10 ? value.toFixed(1) : value.toFixed(2);
}
