import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { packageRoot } from '../../common/packageRoot';
import { PhraseFile } from '../../knowledge/phraseFile';
import { type Asked, ask } from './ask';
import { keepPerArticle, splitFolds, unknownLabels } from './labelled';
import { auroc, metricsOf } from './metrics';
import { readArticles } from './sandboxArticles';

const USAGE = `npm run bench:answers -- <file.csv> [options]
  <file.csv>           labelled questions: text,category
  --foreign <file>     questions nothing fits, one a line (samples: foreign.txt, foreign-near.txt beside this)
  --phrases <csv>      example phrases to learn from (default: the sandbox's)
  --max-phrases <n>    keep only n phrases of each article; 0 = the articles alone
  --folds <k>          cross-validation: learn from k-1 parts of <file.csv>, ask the other one, k times
  --articles <folder>  articles (default: the sandbox's)
  --json               only the last line`;

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      foreign: { type: 'string' },
      phrases: { type: 'string' },
      'max-phrases': { type: 'string' },
      folds: { type: 'string' },
      articles: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (!file || positionals.length > 1) throw new Error(USAGE);
  const most = wholeNumber(values['max-phrases'], '--max-phrases', 0) ?? Number.POSITIVE_INFINITY;
  const foldCount = wholeNumber(values.folds, '--folds', 2);
  const sandbox = path.join(packageRoot, 'sandbox', 'dynamics');
  const articles = readArticles(values.articles ?? path.join(sandbox, 'articles'));
  const labelled = await new PhraseFile(file).phrases();
  const unknown = unknownLabels(labelled, articles);
  if (labelled.length === 0) throw new Error(`${file} holds no questions`);
  if (unknown.length > 0)
    throw new Error(`${file}: no article for ${unknown.length} labels, such as ${unknown.slice(0, 3).join(', ')}`);
  const foreign = values.foreign === undefined ? [] : linesOf(values.foreign);

  const runs =
    foldCount === undefined
      ? [{ phrases: await new PhraseFile(values.phrases ?? path.join(sandbox, 'phrases.csv')).phrases(), questions: labelled }]
      : splitFolds(labelled, foldCount);
  const asked: Asked[] = [];
  for (const { phrases, questions } of runs) {
    asked.push(await ask(articles, keepPerArticle(phrases, most), questions, foreign));
    if (!values.json) console.log(`learned and asked ${asked.length} of ${runs.length}`);
  }
  report(asked, values.json);
}

function report(asked: readonly Asked[], onlyJson: boolean): void {
  const answers = asked.flatMap((run) => run.answers);
  const refusals = asked.flatMap((run) => run.refusals);
  const metrics = metricsOf(answers);
  const area =
    refusals.length === 0
      ? null
      : auroc(
          answers.map(({ coverage }) => coverage),
          refusals.map(({ coverage }) => coverage),
        );
  const refused = refusals.length === 0 ? null : refusals.filter(({ decision }) => decision === 'none').length / refusals.length;
  const microsPerQuestion = asked.reduce((sum, run) => sum + run.microsPerQuestion, 0) / asked.length;
  if (!onlyJson) {
    const percent = (share: number | null) => (share === null ? '–' : `${(share * 100).toFixed(1)} %`);
    console.log(`questions        ${metrics.questions}`);
    console.log(
      `top-1 / top-3    ${percent(metrics.top1)} / ${percent(metrics.top3)}, mean reciprocal rank ${metrics.mrr.toFixed(4)}`,
    );
    console.log(
      `decisions        sure ${percent(metrics.sure)} (right: ${percent(metrics.sureRight)}), several ${percent(metrics.several)}, none ${percent(metrics.none)}`,
    );
    if (area !== null)
      console.log(`foreign          AUROC ${area.toFixed(4)}, refused ${percent(refused)} of ${refusals.length}`);
    console.log(`a question       ${microsPerQuestion.toFixed(0)} µs`);
    console.log(`learning         ${Math.max(...asked.map((run) => run.buildInMs / 1000)).toFixed(1)} s`);
  }
  const round = (value: number | null) => (value === null ? null : Math.round(value * 10_000) / 10_000);
  console.log(
    JSON.stringify({
      top1: round(metrics.top1),
      top3: round(metrics.top3),
      mrr: round(metrics.mrr),
      microsPerQuestion: Math.round(microsPerQuestion * 10) / 10,
      auroc: round(area),
      refused: round(refused),
    }),
  );
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length > 0);
}

function wholeNumber(text: string | undefined, option: string, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) throw new Error(`${option} must be a whole number from ${least}`);
  return value;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
