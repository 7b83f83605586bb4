import { createPrivateKey, type KeyObject } from 'node:crypto';

/** What the vendor's own example uses; shorter ones are not safe any more. */
const shortestInBits = 2048;
const pem = /-----BEGIN ((?:RSA )?PRIVATE KEY)-----[\s\S]+?-----END \1-----/g;

/**
 * The private keys in this text, in its order: PEM blocks one after the other, with real line ends or with `\n` for them,
 * as secret stores like to keep them. Throws `Error` saying what is wrong; its message quotes nothing of a key.
 */
export function readContextKeys(text: string): KeyObject[] {
  const blocks = text.replaceAll('\\n', '\n').match(pem) ?? [];
  if (blocks.length === 0) throw new Error('holds no private key in PEM form (-----BEGIN PRIVATE KEY-----)');
  return blocks.map(readKey);
}

function readKey(block: string, index: number): KeyObject {
  let key: KeyObject;
  try {
    key = createPrivateKey(block);
  } catch {
    // The library's own message may quote the text.
    throw new Error(`has a key that cannot be read (number ${index + 1})`);
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa' || bits < shortestInBits)
    throw new Error(`needs RSA keys of at least ${shortestInBits} bits (number ${index + 1} is not)`);
  return key;
}
