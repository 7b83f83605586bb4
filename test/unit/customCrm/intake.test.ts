import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { JsonValue } from '../../../common/json';
import { packageRoot } from '../../../common/packageRoot';
import { fileTypeOf } from '../../../customCrm/files/fileType';
import { readMail } from '../../../customCrm/intake/mail';
import { readSessionFile } from '../../../customCrm/intake/sessionFile';
import { readSessionMetadata } from '../../../customCrm/intake/sessionMetadata';

const fixture = (name: string) =>
  JSON.parse(readFileSync(path.join(packageRoot, 'test/fixtures/customCrm', name), 'utf8')) as JsonValue;

describe('files of the external storage', () => {
  it.each([
    ['call-97.mp3', 'ujet-voice-recordings', { kind: 'call', id: '97', what: 'recording' }],
    ['call-97.wav', 'ujet-voice-recordings', { kind: 'call', id: '97', what: 'recording' }],
    ['call-97.wav', 'ujet-voicemails', { kind: 'call', id: '97', what: 'voicemail' }],
    ['call-97-photo-5.jpg', 'ujet-media', { kind: 'call', id: '97', what: 'photo' }],
    ['call-97-video-5.mp4', 'ujet-media', { kind: 'call', id: '97', what: 'video' }],
    ['chat-135-photo-5.jpg', 'ujet-media', { kind: 'chat', id: '135', what: 'photo' }],
    ['chat-135-video-5.mp4', 'ujet-media', { kind: 'chat', id: '135', what: 'video' }],
    ['chat-135.txt', 'ujet-chat-transcripts', { kind: 'chat', id: '135', what: 'transcript' }],
    ['call-97.json', 'ujet-metadata', { kind: 'call', id: '97', what: 'metadata' }],
    ['chat-135.json', 'ujet-metadata', { kind: 'chat', id: '135', what: 'metadata' }],
  ])('seed: %s in %s', (name, folder, file) => {
    expect(readSessionFile(name, folder)).toEqual(file);
  });

  it.each(['voicemail-97.mp3', 'call-97-voicemail-5.wav', 'Voice-mail_97.MP3'])('a voicemail may be called %s', (name) => {
    expect(readSessionFile(name, 'ujet-voicemails')).toEqual({ kind: 'call', id: '97', what: 'voicemail' });
    expect(readSessionFile(name, 'ujet-media')).toBeUndefined();
  });

  it.each(['chat-.json', '../chat-1.json', 'chat-1.exe', 'note-1.json', 'chat-1.json.tmp', ''])('%j is none of them', (name) => {
    expect(readSessionFile(name)).toBeUndefined();
  });
});

describe('session metadata', () => {
  it('is read bare and wrapped, with nulls and unknown keys', () => {
    const first = readSessionMetadata(fixture('chat-135.first.json'))!;
    const updated = readSessionMetadata(fixture('chat-135.updated.json'))!;
    expect(first).toMatchObject({ kind: 'chat', id: '135', subject: 'Contact center chat 135: finished' });
    expect(first.endUsers).toEqual([{ email: 'kim@example.com', name: 'Kim Example' }]);
    expect(first.text).toContain('Agent: Ariel Example');
    expect(first.text).toContain('Lasted: 3 min 8 s');
    expect(first.text).toContain('Queues: Orders/Order confirmation/Order info');
    expect(first.text).not.toContain('Rating');
    expect(updated.text).toContain('Rating: 5');
    expect(updated.updatedAt).toBeGreaterThan(first.updatedAt);
  });

  it('tells chats and calls apart by what they have, and takes numbers as text', () => {
    expect(readSessionMetadata({ id: '97', call_duration: '61' })).toMatchObject({
      kind: 'call',
      id: '97',
      text: 'Lasted: 1 min 1 s',
    });
    expect(readSessionMetadata({ id: 1, session_type: 'Voice Inbound' })?.kind).toBe('call');
    expect(readSessionMetadata({ id: 1 }, 'chat')?.kind).toBe('chat');
  });

  it.each([null, 'text', [], {}, { id: 'x', chat_type: 'a' }, { id: 1 }, { chat: { a: 1 } }])('%j is none', (document) => {
    expect(readSessionMetadata(document as JsonValue)).toBeUndefined();
  });
});

describe('a mail', () => {
  const json = '{"id":135,"chat_type":"Messaging","feedback":"très bien"}';
  const lines = (...all: string[]) => Buffer.from(all.join('\r\n'), 'utf8');

  it('seed: has the metadata as its body and the transcript attached', () => {
    const mail = readMail(
      lines(
        'From: no-reply@ccaiplatform.com',
        'Subject: Chat',
        ' 135',
        'Content-Type: multipart/mixed;',
        '\tboundary="outer"',
        '',
        'preamble',
        '--outer',
        'Content-Type: multipart/alternative; boundary=inner',
        '',
        '--inner',
        'Content-Type: text/plain; charset=utf-8',
        'Content-Transfer-Encoding: quoted-printable',
        '',
        '{"id":135,"chat_type":"Messaging","feedback":=',
        '"tr=C3=A8s bien"}',
        '--inner',
        'Content-Type: text/html',
        '',
        '<p>as HTML</p>',
        '--inner--',
        '--outer',
        'Content-Type: text/plain; name="=?utf-8?B?Y2hhdC0xMzUudHh0?="',
        'Content-Disposition: attachment',
        'Content-Transfer-Encoding: base64',
        '',
        Buffer.from('Kim: hello ☕').toString('base64'),
        '--outer--',
        '',
      ),
    )!;
    expect(JSON.parse(mail.text)).toEqual(JSON.parse(json));
    expect(mail.attachments.map(({ name, bytes }) => [name, bytes.toString('utf8')])).toEqual([
      ['chat-135.txt', 'Kim: hello ☕'],
    ]);
  });

  it('may be one plain text with bare line feeds', () => {
    expect(readMail(Buffer.from(`Subject: x\n\n${json}`))?.text).toBe(json);
  });

  it('without a text, or broken off, is none', () => {
    expect(readMail(lines('Content-Type: image/png', '', 'x'))).toBeUndefined();
    expect(readMail(lines('Content-Type: multipart/mixed; boundary=b', '', '--b', '', 'half'))).toBeUndefined();
  });
});

describe('the type of a file', () => {
  it.each([
    ['ffd8ffe000', 'jpg'],
    ['89504e470d0a1a0a00', 'png'],
    ['49443303', 'mp3'],
    ['524946460000000057415645', 'wav'],
    ['0000001866747970', 'mp4'],
    ['255044462d', 'pdf'],
    ['00010203', 'bin'],
    [Buffer.from('[09:00] Kim: hello').toString('hex'), 'txt'],
    [Buffer.from(' {"id":1}').toString('hex'), 'json'],
  ])('%s is %s', (hex, extension) => {
    expect(fileTypeOf(Buffer.from(hex, 'hex')).extension).toBe(extension);
  });
});
