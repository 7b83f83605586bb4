import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { packageRoot } from '../../../common/packageRoot';
import { readCriteria } from '../../../customCrm/containers/criteria';
import { splitMultipart } from '../../../customCrm/containers/multipart';
import { Parameters } from '../../../customCrm/containers/parameters';
import { plainText } from '../../../customCrm/containers/plainText';
import { readCallBody } from '../../../customCrm/containers/readBody';
import { parameterValue } from '../../../sandbox/ccaip-crm-client/variables';

const samples = JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/customCrm/generic-api.json'), 'utf8')) as {
  createRecordRequest: Record<string, string | number>;
  concatenations: { present: string[]; result: string }[];
};

describe('containers', () => {
  const request = samples.createRecordRequest;

  it.each([
    ['property', request],
    ['map', { container_name: request }],
    ['array', { container_name: [request] }],
  ])('seed: a %s container holds the same parameters', (_kind, body) => {
    const parameters = new Parameters(readCallBody(Buffer.from(JSON.stringify(body)), 'application/json').parameters);
    expect(parameters.text('contactId')).toBe('123');
    expect(parameters.text('sourceType')).toBe('PHONE');
    expect(parameters.number('rating')).toBe(5);
    expect(parameters.text('feedback')).toBe('the agent was great!');
  });

  it('takes numbers as text, names in any spelling, and leaves out what is not there', () => {
    const parameters = new Parameters({ Contact_ID: '7', rating: '4', lastName: '--', email: '{EMAIL}', phone: '', lang: null });
    expect(parameters.text('contactId')).toBe('7');
    expect(parameters.number('rating')).toBe(4);
    for (const name of ['lastName', 'email', 'phone', 'lang', 'other']) expect(parameters.text(name)).toBeUndefined();
  });

  it('takes a form as well, and refuses what is neither form nor JSON', () => {
    const form = readCallBody(Buffer.from('a=1&b=two+words'), 'application/x-www-form-urlencoded');
    expect(form.parameters).toEqual({ a: '1', b: 'two words' });
    expect(() => readCallBody(Buffer.from('{"a":'), 'application/json')).toThrow('neither JSON nor a form');
  });
});

describe('bodies made to do harm', () => {
  it('are read without end of time or stack', () => {
    const deep = `${'[{"a":'.repeat(20_000)}1${'}]'.repeat(20_000)}`;
    expect(new Parameters(readCallBody(Buffer.from(deep), 'application/json').parameters).text('a')).toBeUndefined();
    for (const part of ['<a ', '<script ', '<a href="https://x">', '&#', '<p'])
      expect(plainText(`<b>x</b>${part.repeat(50_000)}`)).toContain('x');
  });
});

describe('functions', () => {
  const ids = { ACCOUNT_ID: '<uuid>', EMAIL: 'kim@example', PHONE_NUMBER: '+12223334444' };
  const written = '=CONCAT_OR((Id:equals:{ACCOUNT_ID}), (Phone:equals:{PHONE_NUMBER}), (Email:equals:{EMAIL}))';

  it.each(samples.concatenations)('seed: $present gives $result', ({ present, result }) => {
    const variables = Object.fromEntries(Object.entries(ids).filter(([name]) => present.includes(name)));
    expect(parameterValue(written, variables)).toBe(result);
  });

  it('seed: the composed query is understood again', () => {
    expect(readCriteria(parameterValue(written, ids)!)).toEqual({ id: '<uuid>', phone: '+12223334444', email: 'kim@example' });
    expect(readCriteria('(Phone:equals:(111) 222-3333) and (Email:equals:kim@example)')).toEqual({
      phone: '(111) 222-3333',
      email: 'kim@example',
    });
  });

  it('seed: DEFAULT_VALUE falls back, CONCAT_AND joins with and, and nothing removes the parameter', () => {
    expect(parameterValue('=DEFAULT_VALUE({AGENT_EMAIL}, nobody@example.com)', {})).toBe('nobody@example.com');
    expect(parameterValue('=DEFAULT_VALUE({AGENT_EMAIL}, nobody@example.com)', { AGENT_EMAIL: 'a@b' })).toBe('a@b');
    expect(parameterValue('=CONCAT_AND({A}, {B}, {C})', { A: '1', B: '2', C: '3' })).toBe('1 and 2 and 3');
    expect(parameterValue('=CONCAT_OR({A}, {B})', {})).toBeUndefined();
  });

  it('reads no conditions out of other text', () => {
    for (const text of ['', 'hello', '(Color:equals:red)', '()']) expect(readCriteria(text)).toEqual({});
  });
});

describe('multipart', () => {
  const boundary = 'xyz';
  const form = (content: Buffer, disposition = 'form-data; name="file"; filename="a.bin"') =>
    Buffer.concat([
      Buffer.from(`--${boundary}\r\nContent-Disposition: ${disposition}\r\n\r\n`),
      content,
      Buffer.from(`\r\n--${boundary}--\r\n`),
    ]);

  it('keeps every byte of a file', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const { file } = readCallBody(form(Buffer.from(bytes)), `multipart/form-data; boundary=${boundary}`);
        expect(file?.bytes.equals(Buffer.from(bytes))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it('takes a part called file for a file though it has no name', () => {
    const body = readCallBody(
      form(Buffer.from([0, 255]), 'form-data; name="file"'),
      `multipart/form-data; boundary="${boundary}"`,
    );
    expect(body.file).toEqual({ bytes: Buffer.from([0, 255]) });
  });

  it('takes a part for what it says it is encoded as', () => {
    const content = Buffer.from('Content-Transfer-Encoding: base64\r\n\r\nAP8Q\r\nIA==');
    const whole = form(content, 'form-data; name="file"; filename="a.bin"')
      .toString('latin1')
      .replace('bin"\r\n\r\n', 'bin"\r\n');
    const { file } = readCallBody(Buffer.from(whole, 'latin1'), `multipart/form-data; boundary=${boundary}`);
    expect(file).toEqual({ bytes: Buffer.from([0, 255, 16, 32]), name: 'a.bin' });
  });

  it('is not whole without its last line, or without a boundary', () => {
    expect(splitMultipart(form(Buffer.from('a')).subarray(0, -10), boundary)).toBeUndefined();
    expect(() => readCallBody(form(Buffer.from('a')), 'multipart/form-data')).toThrow('not complete');
  });
});

describe('plainText', () => {
  it.each([
    ['<p>Chat <b>started</b></p><p>by Kim &amp; Ariel</p>', 'Chat started\nby Kim & Ariel'],
    ['One<br/>two', 'One\ntwo'],
    ['<a href="https://x.example/1">Record</a>', 'Record (https://x.example/1)'],
    ['<ul><li>a</li><li>b</li></ul>', '- a\n\n- b'],
    ['3 < 4 and 5 > 4 &amp; so on', '3 < 4 and 5 > 4 &amp; so on'],
    ['<p>&#128512; &#x41; &nope;</p>', '😀 A &nope;'],
    ['<script>alert(1)</script>safe<style>x', 'safe'],
  ])('%j is %j', (html, text) => {
    expect(plainText(html)).toBe(text);
  });
});
