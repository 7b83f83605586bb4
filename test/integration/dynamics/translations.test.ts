import { readFileSync } from 'node:fs';
import path from 'node:path';
import { keepPerArticle } from '../../../bench/answers/labelled';
import { createTexts } from '../../../bot/texts';
import { systemClock } from '../../../common/clock';
import { silentLog } from '../../../common/log';
import { packageRoot } from '../../../common/packageRoot';
import { DynamicsArticles } from '../../../dynamics/articles';
import { KnowledgeBase } from '../../../knowledge/knowledgeBase';
import { PhraseFile } from '../../../knowledge/phraseFile';
import { trainInPlace } from '../../../knowledge/ranking/trainInChild';
import { type Rig, startRig } from './rig';

const texts = createTexts();
const languages = ['de', 'fr', 'es', 'cs'];
/** In the order of the suggested questions: the card that does not come, fees, a transfer to cancel, a stolen card. */
const answers = ['KA-01001', 'KA-01021', 'KA-01018', 'KA-01012'];

describe('the sandbox’s articles in other languages', () => {
  let rig: Rig;
  let knowledge: KnowledgeBase;

  beforeAll(async () => {
    rig = await startRig();
    const all = await new PhraseFile(path.join(packageRoot, 'sandbox', 'dynamics', 'phrases.csv')).phrases();
    knowledge = new KnowledgeBase({
      source: new DynamicsArticles({
        gateway: rig.gateway,
        log: silentLog,
        defaultLanguage: 'en',
        topicColumn: 'swb_topickey',
      }),
      phrases: { phrases: async () => keepPerArticle(all, 5) },
      log: silentLog,
      clock: systemClock,
      train: trainInPlace,
    });
    await knowledge.start();
  }, 60_000);
  afterAll(async () => {
    await knowledge.stop();
    await rig.close();
  });

  const suggested = languages.flatMap((language) =>
    texts.list('welcome.questions', language).map((question, place) => [language, question, answers[place] ?? ''] as const),
  );

  it.each(suggested)('answer in %s “%s” by the translation of %s', (language, question, number) => {
    const { decision, matches } = knowledge.search(question, { language });
    expect(decision).not.toBe('none');
    expect(matches[0]!.article).toMatchObject({ number, language });
  });

  it.each(languages)('answer what the page suggests in %s', (language) => {
    const page = JSON.parse(readFileSync(path.join(packageRoot, 'web', 'customer', 'texts', `${language}.json`), 'utf8')) as {
      topics: string[];
    };
    const questions = page.topics.slice(0, -1);
    expect(questions).toHaveLength(4);
    expect(questions.map((question) => knowledge.search(question, { language }).matches[0]?.article.number)).toEqual(answers);
  });

  it.each([
    ['de', 'Wie wird morgen das Wetter in Hamburg?'],
    ['de', 'Welches Buch soll ich im Urlaub lesen?'],
    ['fr', 'Quel temps fera-t-il demain à Lyon ?'],
    ['es', '¿Quién ganó el partido de ayer?'],
    ['cs', 'Jaké bude zítra počasí v Brně?'],
  ])('say honestly in %s that they do not know “%s”', (language, question) => {
    expect(knowledge.search(question, { language })).toMatchObject({ decision: 'none', matches: [] });
  });

  it('give way to an English article that is asked for and has no translation', () => {
    const { decision, matches } = knowledge.search('how do I activate my new card', { language: 'de' });
    expect(decision).not.toBe('none');
    expect(matches[0]!.article).toMatchObject({ number: 'KA-01072', language: 'en' });
  });

  it('stand for the English ones that they translate, also when asked in English', () => {
    const [match] = knowledge.search('my card was stolen', { language: 'de' }).matches;
    expect(match!.article).toMatchObject({ number: 'KA-01012', language: 'de' });
  });

  it('do not come between English customers and their answers', () => {
    const questions = texts.list('welcome.questions', 'en');
    const found = questions.map((question) => knowledge.search(question, { language: 'en' }).matches[0]!.article);
    expect(found.map(({ language }) => language)).toEqual(questions.map(() => 'en'));
    expect(found[0]!.number).toBe('KA-01001');
  });
});
