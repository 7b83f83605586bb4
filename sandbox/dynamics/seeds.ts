import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { isJsonObject, type JsonObject, parseJson } from '../../common/json';
import { packageRoot } from '../../common/packageRoot';
import type { Rows } from './rows';

const articlesFolder = path.join(packageRoot, 'sandbox', 'dynamics', 'articles');
const seededAt = '2026-01-05T08:00:00Z';

/** Invented people; the third and fourth share an address, which makes it useless for finding one of them. */
const people = [
  { firstname: 'Amara', lastname: 'Oduya', email: 'amara.oduya@example.com', phone: '+44 20 7946 0101' },
  { firstname: 'Jonas', lastname: 'Lindqvist', email: 'jonas.lindqvist@example.com', phone: '+44 20 7946 0102' },
  { firstname: 'Mei', lastname: 'Tanaka', email: 'tanaka.family@example.com', phone: '+44 20 7946 0103' },
  { firstname: 'Ren', lastname: 'Tanaka', email: 'tanaka.family@example.com', phone: '+44 20 7946 0103' },
  { firstname: 'Siobhan', lastname: "O'Hara", email: "siobhan.o'hara@example.com", phone: '+44 20 7946 0104' },
];

/** The id a seeded row has in every sandbox. */
export function seedId(name: string): string {
  const hex = createHash('sha256').update(`switchboard sandbox ${name}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** Puts in the articles, contacts and languages that are not there yet; what a bot author changed stays changed. */
export function seed(rows: Rows): void {
  const put = (set: string, id: string, values: JsonObject) => {
    if (!rows.get(set, id)) rows.put(set, id, values);
  };
  const languages: [string, string, number][] = [
    ['en', 'English', 9],
    ['de', 'German', 7],
    ['fr', 'French', 12],
    ['es', 'Spanish', 10],
    ['cs', 'Czech', 5],
  ];
  for (const [code, language, localeid] of languages) {
    const id = seedId(`language ${code}`);
    put('languagelocale', id, { languagelocaleid: id, code, language, localeid });
  }
  for (const { firstname, lastname, email, phone } of people) {
    const id = seedId(`contact ${firstname} ${lastname}`);
    put('contacts', id, {
      contactid: id,
      firstname,
      lastname,
      fullname: `${firstname} ${lastname}`,
      emailaddress1: email,
      telephone1: phone,
      statecode: 0,
      statuscode: 1,
      createdon: seededAt,
      modifiedon: seededAt,
    });
  }
  for (const [code] of languages) {
    const folder = code === 'en' ? articlesFolder : path.join(articlesFolder, code);
    for (const name of readdirSync(folder).sort()) {
      if (!name.endsWith('.json')) continue;
      const article = parseJson(readFileSync(path.join(folder, name), 'utf8'));
      if (isJsonObject(article)) seedArticle(put, article, code);
    }
  }
}

/** A translation has the number of the English article, as in Dynamics, and is a row of its own. */
function seedArticle(put: (set: string, id: string, values: JsonObject) => void, article: JsonObject, language: string): void {
  const { number, title, summary, keywords, html, topic } = article;
  if (typeof number !== 'string' || typeof title !== 'string') return;
  const isEnglish = language === 'en';
  const id = seedId(isEnglish ? `article ${number}` : `article ${number} ${language}`);
  put('knowledgearticles', id, {
    knowledgearticleid: id,
    articlepublicnumber: number,
    title,
    description: summary ?? null,
    keywords: keywords ?? null,
    content: html ?? '',
    swb_topickey: topic ?? null,
    _languagelocaleid_value: seedId(`language ${language}`),
    majorversionnumber: 1,
    minorversionnumber: 0,
    isinternal: false,
    islatestversion: true,
    isprimary: isEnglish,
    isrootarticle: false,
    statecode: 3,
    statuscode: 7,
    createdon: seededAt,
    modifiedon: seededAt,
  });
}
