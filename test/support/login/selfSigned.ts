import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate that vouches for itself, with its key, both as PEM. */
export interface Certificate {
  certificate: string;
  key: string;
}

const sequence = 0x30;
const objectIdentifiers = {
  ecdsaWithSha256: '06082a8648ce3d040302',
  commonName: '0603550403',
  basicConstraints: '0603551d13',
  subjectAltName: '0603551d11',
};

/** A certificate for these names, good from yesterday for a week (X.509 version 3, RFC 5280). Node can read such, but makes none. */
export function selfSigned(names: readonly string[], now = new Date()): Certificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = der(sequence, hex(objectIdentifiers.ecdsaWithSha256));
  const name = der(sequence, der(0x31, der(sequence, hex(objectIdentifiers.commonName), der(0x0c, Buffer.from('tests')))));
  const extensions = [
    extension(objectIdentifiers.basicConstraints, der(sequence, der(0x01, Buffer.from([0xff])))),
    extension(objectIdentifiers.subjectAltName, der(sequence, ...names.map((one) => der(0x82, Buffer.from(one))))),
  ];
  const signed = der(
    sequence,
    der(0xa0, der(0x02, Buffer.from([2]))),
    der(0x02, Buffer.from([1])),
    algorithm,
    name,
    der(sequence, time(now, -1), time(now, 7)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, der(sequence, ...extensions)),
  );
  const signature = sign('sha256', signed, privateKey);
  const whole = der(sequence, signed, algorithm, der(0x03, Buffer.from([0]), signature));
  return {
    certificate: `-----BEGIN CERTIFICATE-----\n${whole.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}

function extension(identifier: string, value: Buffer): Buffer {
  return der(sequence, hex(identifier), der(0x04, value));
}

function time(now: Date, days: number): Buffer {
  const iso = new Date(now.getTime() + days * 86_400_000).toISOString();
  return der(0x17, Buffer.from(`${iso.slice(2, 19).replace(/[-T:]/g, '')}Z`));
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function hex(digits: string): Buffer {
  return Buffer.from(digits, 'hex');
}
