import fc from 'fast-check';
import { isJsonObject } from '../../../common/json';
import { claimsHold, readToken } from '../../../customCrm/auth/jsonWebToken';
import { readCriteria } from '../../../customCrm/containers/criteria';
import { readHeaderValue, splitMultipart } from '../../../customCrm/containers/multipart';
import { Parameters } from '../../../customCrm/containers/parameters';
import { readCallBody } from '../../../customCrm/containers/readBody';
import { storedIdentifier } from '../../../customCrm/endpoints/identifier';
import { fileTypeOf } from '../../../customCrm/files/fileType';
import { readCourseEvents } from '../../../customCrm/intake/courseEvents';
import { readMail } from '../../../customCrm/intake/mail';
import { readSessionFile } from '../../../customCrm/intake/sessionFile';
import { readSessionMetadata } from '../../../customCrm/intake/sessionMetadata';
import { lookupTemplates, lookupUrlFor } from '../../../customCrm/lookup/lookupUrl';
import { isSameNumber, readPhoneNumber, searchDigits } from '../../../customCrm/phone/phoneNumber';
import { queryText, textLiteral } from '../../../dynamics/query';
import { damaged, fixtures, hostileText, jsonOf, textOf } from '../inputs';
import { target } from '../target';

const multipart = textOf(
  '--b\r\n',
  '--b--\r\n',
  'Content-Disposition: form-data; name="file"; filename="a.txt"\r\n',
  'Content-Type: image/png\r\n',
  '\r\n',
  'x',
  "filename*=UTF-8''%41",
);
const mail = textOf(
  'From: a@b.example\r\n',
  'Content-Type: multipart/mixed; boundary="b"\r\n',
  'Content-Type: text/plain; charset=utf-8\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'Content-Transfer-Encoding: quoted-printable\n',
  '\r\n',
  '\n',
  '--b\r\n',
  '--b--\r\n',
  'Content-Disposition: attachment; filename="=?utf-8?B?YQ==?="\r\n',
  'eyJpZCI6MX0=',
  '=41=\r\n',
);
const names = ['id', 'email', 'phone_number', 'name', 'accounts', 'call', 'chat', 'identifier'];

export const customCrmTargets = [
  target(
    'the body of a call of the CRM',
    fc.tuple(
      fc.oneof(
        multipart,
        jsonOf(names).map((json) => JSON.stringify(json)),
        textOf('a=b', '&', '%', '+'),
      ),
      textOf('application/json', 'multipart/form-data; boundary=b', 'application/x-www-form-urlencoded', '; charset=utf-8'),
    ),
    ([body, type]) => readCallBody(Buffer.from(body), type),
    ['CrmProblem'],
  ),
  target(
    'parameters in any container',
    damaged([...fixtures('customCrm'), { accounts: [{ id: 1, Email: 'a', phone_number: '1' }] }]),
    (json) => {
      const parameters = new Parameters(json);
      return [parameters.text('id', 'constructor', '__proto__'), parameters.number('id', 'toString')];
    },
  ),
  target('a multipart body', fc.tuple(multipart, hostileText), ([body, boundary]) => [
    splitMultipart(Buffer.from(body), 'b'),
    splitMultipart(Buffer.from(body), boundary),
  ]),
  target(
    'a header with parameters',
    textOf('form-data', '; ', 'name=', '"a"', "filename*=UTF-8''", '%E2%82', 'constructor=x', '__proto__*=y'),
    readHeaderValue,
  ),
  target(
    'a composed query',
    textOf(
      '(Phone:equals:+12223334444)',
      ' or ',
      ' and ',
      '(constructor:equals:x)',
      '(__proto__:equals:y)',
      '(Email:equals:kim@a.example)',
    ),
    readCriteria,
  ),
  target('a phone number', textOf('+', '1', '222', ' ', '(111)', '-', '*', '00', '44', 'x', '٣'), (text) => {
    const number = readPhoneNumber(text, '1');
    if (number?.e164 !== undefined && !/^\+\d{4,16}$/.test(number.e164)) throw new Error('a number that is none');
    return number && [number, isSameNumber(text, number, '420'), searchDigits(number)];
  }),
  target('a mail', mail, (text) => readMail(Buffer.from(text))),
  target('bytes as a mail', fc.uint8Array({ maxLength: 200 }), (bytes) => readMail(Buffer.from(bytes))),
  target('the name of a session’s file', textOf('chat-135', 'call-97', '-photo-9', '.json', '.jpg', '/', '..'), (name) => {
    const file = readSessionFile(name, 'ujet-metadata');
    if (file && /[/\\]/.test(name)) throw new Error('a path is taken for a name');
    return file;
  }),
  target('the metadata of a session', damaged(fixtures('customCrm')), (json) => [
    readSessionMetadata(json),
    readSessionMetadata(json, 'chat'),
  ]),
  target('events of a session', damaged(fixtures('customCrm')), readCourseEvents),
  target(
    'a token of the CRM’s caller',
    textOf('eyJhbGciOiJSUzI1NiJ9', 'eyJhbGciOiJub25lIn0', '.', 'e30', 'AAAA', 'eyJleHAiOjF9'),
    (text) => {
      const token = readToken(text);
      if (token && claimsHold(token.claims, { issuer: 'https://i.example', audience: 'a', now: 1_767_603_600_000 }))
        throw new Error('claims nobody made hold');
      return token?.algorithm;
    },
  ),
  target(
    'the type of a file by its bytes',
    fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      hostileText.map((text) => Buffer.from(text)),
    ),
    (bytes) => fileTypeOf(Buffer.from(bytes)),
  ),
  target('the values of a lookup address', jsonOf(['ANI', 'CUID', 'EMAIL', 'MENU_ID', 'TYPE', 'CHANNEL']), (json) => {
    const texts = Object.fromEntries(
      Object.entries(isJsonObject(json) ? json : {}).map(([name, value]) => [name, JSON.stringify(value)]),
    );
    const { url } = lookupUrlFor(lookupTemplates('https://bot.example'), texts);
    if (new URL(url).origin !== 'https://bot.example') throw new Error('the value leaves its place');
    return url;
  }),
  target('an identifier', hostileText, storedIdentifier),
  target('a text in a query to Dynamics', hostileText, (text) => {
    const filter = `contains(name,${textLiteral(text)})`;
    if (
      filter
        .slice('contains(name,'.length + 1, -2)
        .replaceAll("''", '')
        .includes("'")
    )
      throw new Error('the text ends its literal');
    const query = new URLSearchParams(queryText({ select: ['a'], filter: filter.toWellFormed() }));
    if ([...query.keys()].join() !== '$select,$filter') throw new Error('the text adds a parameter');
    return query.get('$filter');
  }),
];
