import { randomUUID } from 'node:crypto';
import { silentLog } from '../../../common/log';
import { articleUrl, DynamicsArticles } from '../../../dynamics/articles';
import { Contacts } from '../../../dynamics/contacts';
import { wholeSeconds } from '../../../dynamics/query';
import type { ArticleSource } from '../../../knowledge/articleSource';
import { type Rig, startRig } from './rig';

let rig: Rig;
let source: ArticleSource & DynamicsArticles;
const signal = new AbortController().signal;

beforeEach(async () => {
  rig = await startRig();
  source = articles();
});
afterEach(async () => {
  expect(rig.standIn.violations).toEqual([]);
  await rig.close();
});

function articles(topicColumn?: string): DynamicsArticles {
  return new DynamicsArticles({ gateway: rig.gateway, log: silentLog, defaultLanguage: 'fr', topicColumn });
}

function putArticle(values: Record<string, string | number | boolean | null> = {}): string {
  const id = randomUUID();
  rig.standIn.put('knowledgearticles', id, {
    knowledgearticleid: id,
    articlepublicnumber: 'KA-90001',
    title: 'A new article',
    content: '<p>New</p>',
    keywords: 'one, two ,,three',
    majorversionnumber: 1,
    minorversionnumber: 0,
    isinternal: false,
    isrootarticle: false,
    islatestversion: true,
    statecode: 3,
    statuscode: 7,
    modifiedon: wholeSeconds(Date.now()),
    ...values,
  });
  return id;
}

it('all published articles come with their content, page by page', async () => {
  const all = await source.changedSince(undefined, signal);
  expect(all.length).toBe(rig.standIn.rows('knowledgearticles').length);
  const lists = rig.standIn.requests.filter(({ path }) => path.includes('/knowledgearticles'));
  expect(lists.length).toBe(Math.ceil(all.length / 50));
  const article = all.find(({ number }) => number === 'KA-01072');
  expect(article).toMatchObject({ title: 'How do I activate my new card?', language: 'en' });
  expect(article?.html).toContain('<ol>');
  expect(article?.keywords).toContain('activate card');
  expect(article).not.toHaveProperty('topic');
});

it('the topic column is read only when there is one', async () => {
  const all = await articles('swb_topickey').changedSince(undefined, signal);
  expect(all.find(({ number }) => number === 'KA-01072')?.topic).toBe('activate_my_card');
  expect(rig.standIn.requests.some(({ path }) => path.includes('swb_topickey'))).toBe(true);
});

it.each<[string, Record<string, string | number | boolean>]>([
  ['a draft', { statecode: 0, statuscode: 2 }],
  ['an internal article', { isinternal: true }],
  ['a container row', { isrootarticle: true }],
  ['an expired article', { expirationdate: '2020-01-01T00:00:00Z' }],
])('%s is not for customers', async (_name, values) => {
  const id = putArticle(values);
  expect((await source.changedSince(undefined, signal)).map((article) => article.id)).not.toContain(id);
  expect(await source.publishedIds(signal)).not.toContain(id);
  expect(await source.isPublished(id)).toBe(false);
});

it('an article that expires later is for customers', async () => {
  const id = putArticle({ expirationdate: '2099-01-01T00:00:00Z' });
  expect(await source.publishedIds(signal)).toContain(id);
  expect(await source.isPublished(id)).toBe(true);
  expect(await source.isPublished(randomUUID())).toBe(false);
});

it('of several versions the highest published one counts, whatever is marked as latest', async () => {
  const old = putArticle({ majorversionnumber: 1, minorversionnumber: 9 });
  const live = putArticle({ majorversionnumber: 2, islatestversion: false });
  const draft = putArticle({ majorversionnumber: 3, statecode: 0, statuscode: 2 });
  const ids = await source.publishedIds(signal);
  expect(ids).toContain(live);
  expect(ids).not.toContain(old);
  expect(ids).not.toContain(draft);
});

it('a translation is an article of its own', async () => {
  const german = rig.standIn.rows('languagelocale').find(({ code }) => code === 'de');
  const first = putArticle();
  const second = putArticle({ _languagelocaleid_value: String(german?.['languagelocaleid']), title: 'Ein neuer Artikel' });
  const all = await source.changedSince(undefined, signal);
  const languages = Object.fromEntries(all.map(({ id, language }) => [id, language]));
  expect(languages).toMatchObject({ [first]: 'fr', [second]: 'de' });
});

describe('later looks', () => {
  const since = new Date().toISOString();

  it('bring only what changed, and read the rest of nothing', async () => {
    expect(await source.changedSince(since, signal)).toEqual([]);
    expect(rig.standIn.requests).toHaveLength(1);
    const id = putArticle();
    expect(await source.changedSince(since, signal)).toEqual([
      {
        id,
        number: 'KA-90001',
        title: 'A new article',
        summary: '',
        keywords: ['one', 'two', 'three'],
        html: '<p>New</p>',
        language: 'fr',
        modifiedAt: expect.stringMatching(/Z$/),
      },
    ]);
  });

  it('read again what was written shortly before', async () => {
    const id = putArticle({ modifiedon: wholeSeconds(Date.parse(since) - 60_000) });
    expect((await source.changedSince(since, signal)).map((article) => article.id)).toEqual([id]);
  });

  it('bring the older version back when the newer one is withdrawn', async () => {
    const old = putArticle({ modifiedon: '2026-01-01T00:00:00Z' });
    putArticle({ majorversionnumber: 2, statecode: 5, statuscode: 12 });
    expect((await source.changedSince(since, signal)).map((article) => article.id)).toEqual([old]);
  });

  it('read many changes in pieces, and very many at once', async () => {
    for (let index = 0; index < 30; index += 1) putArticle({ articlepublicnumber: `KA'${index}` });
    expect(await source.changedSince(since, signal)).toHaveLength(30);
    for (let index = 30; index < 160; index += 1) putArticle({ articlepublicnumber: `KA-${index}` });
    const seeded = rig.standIn.rows('knowledgearticles').length - 160;
    expect(await source.changedSince(since, signal)).toHaveLength(160 + seeded);
  });
});

it('an environment whose languages cannot be read still gives its articles', async () => {
  rig.standIn.faults.add({ match: '/languagelocale', status: 403 });
  expect((await source.changedSince(undefined, signal))[0]?.language).toBe('fr');
  expect((await source.changedSince(undefined, signal))[0]?.language).toBe('en');
});

it('a failure of Dynamics is passed on to whoever looks', async () => {
  rig.standIn.faults.add({ match: '/knowledgearticles', status: 503 });
  await expect(source.publishedIds(signal)).rejects.toMatchObject({ name: 'DataverseError', status: 503 });
});

it('the portal address has the number in its place', () => {
  const template = 'https://help.example/{language}/article/{kbnum}';
  expect(articleUrl(template, { number: 'KA 1/2', language: 'en-US' })).toBe('https://help.example/en-us/article/KA%201%2F2');
  expect(articleUrl(undefined, { number: 'KA-1', language: 'en' })).toBeUndefined();
});

describe('a customer looked up by e-mail', () => {
  const find = (email: string) => new Contacts(rig.gateway, silentLog).findByEmail(email);

  it('is found when exactly one has the address', async () => {
    expect(await find(' AMARA.Oduya@example.com ')).toMatchObject({ name: 'Amara Oduya' });
    expect(await find("siobhan.o'hara@example.com")).toMatchObject({ name: "Siobhan O'Hara" });
    expect(await find('tanaka.family@example.com')).toBeUndefined();
    expect(await find('nobody@example.com')).toBeUndefined();
  });

  it.each(["x' or '1' eq '1@y", "a@b' or contactid ne null or fullname eq '", 'a&$top=50#@example.com', 'ä+%25@example.com'])(
    'never by what is smuggled in: %s',
    async (email) => {
      expect(await find(email)).toBeUndefined();
    },
  );

  it('is nobody when the address is none, the contact inactive, or Dynamics down', async () => {
    expect(await find('no address')).toBeUndefined();
    expect(await find(`${'a'.repeat(100)}@example.com`)).toBeUndefined();
    expect(rig.standIn.requests).toEqual([]);
    rig.standIn.mode = 'down';
    expect(await find('amara.oduya@example.com')).toBeUndefined();
    rig.standIn.mode = 'normal';
    const contact = rig.standIn.rows('contacts').find((row) => row['firstname'] === 'Amara');
    rig.standIn.put('contacts', String(contact?.['contactid']), { statecode: 1 });
    expect(await find('amara.oduya@example.com')).toBeUndefined();
  });
});
