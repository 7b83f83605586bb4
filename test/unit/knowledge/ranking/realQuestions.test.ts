import path from 'node:path';
import { ask } from '../../../../bench/answers/ask';
import { keepPerArticle, splitFolds } from '../../../../bench/answers/labelled';
import { metricsOf } from '../../../../bench/answers/metrics';
import { readArticles } from '../../../../bench/answers/sandboxArticles';
import { PhraseFile } from '../../../../knowledge/phraseFile';
import { trainInPlace } from '../../../../knowledge/ranking/trainInChild';

const sandbox = path.join(__dirname, '../../../../sandbox/dynamics');
const foreign = [
  'will it rain in Lisbon tomorrow',
  'recommend a mystery novel',
  'how do I sharpen a kitchen knife',
  'who won the match',
];

test('ten phrases an article are enough to answer most of the questions held out', async () => {
  const all = await new PhraseFile(path.join(sandbox, 'phrases.csv')).phrases();
  const [fold] = splitFolds(all, 5);
  const phrases = keepPerArticle(fold!.phrases, 10);
  const questions = keepPerArticle(fold!.questions, 5);
  const { answers, refusals, microsPerQuestion } = await ask(
    readArticles(path.join(sandbox, 'articles')),
    phrases,
    questions,
    foreign,
    trainInPlace,
  );
  const metrics = metricsOf(answers);
  expect(metrics.top1).toBeGreaterThan(0.74);
  expect(metrics.top3).toBeGreaterThan(0.88);
  expect(metrics.sureRight).toBeGreaterThan(0.88);
  expect(refusals.map(({ decision }) => decision)).toEqual(foreign.map(() => 'none'));
  expect(microsPerQuestion).toBeLessThan(5_000);
}, 60_000);
