import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { decodeModel, encodeModel, ModelBytesError } from './modelBytes';
import type { RankingModel } from './rankingModel';

const MAGIC = Buffer.from('ARTRANK1');
const HASH_LENGTH = 32;
const HEADER_LENGTH = MAGIC.length + 2 * HASH_LENGTH;

/**
 * Reads a model that was written for this key. Resolves with undefined when there is no file or it belongs to another key.
 * Throws {@link ModelBytesError} for a file that is foreign, cut off or damaged, and the system's error when it cannot be read.
 */
export async function readModelFile(file: string, key: Buffer): Promise<RankingModel | undefined> {
  const handle = await openIfThere(file);
  if (!handle) return undefined;
  try {
    const header = new Uint8Array(HEADER_LENGTH);
    await fill(handle, header);
    const [magic, keyOfFile, checksum] = split(Buffer.from(header.buffer));
    if (!magic.equals(MAGIC)) throw new ModelBytesError('The file is not one of ours');
    if (!keyOfFile.equals(key)) return undefined;
    // One buffer of the right size: the model's arrays are views of it, nothing is copied or left over.
    const bytes = new ArrayBuffer(Math.max(0, (await handle.stat()).size - HEADER_LENGTH));
    await fill(handle, new Uint8Array(bytes));
    if (!checksumOf([new Uint8Array(bytes)]).equals(checksum)) throw new ModelBytesError('The checksum is wrong');
    return decodeModel(bytes);
  } finally {
    await handle.close();
  }
}

/**
 * Writes a model for this key, making the folder when there is none. Whoever reads the file sees the old one or the whole
 * new one. Throws the system's error; the old file is then as it was.
 */
export async function writeModelFile(file: string, key: Buffer, model: RankingModel): Promise<void> {
  const pieces = encodeModel(model);
  const unfinished = `${file}.${randomUUID()}.tmp`;
  await mkdir(path.dirname(file), { recursive: true });
  try {
    const handle = await open(unfinished, 'w', 0o600);
    try {
      for (const piece of [MAGIC, key, checksumOf(pieces), ...pieces]) await handle.writeFile(piece);
    } finally {
      await handle.close();
    }
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}

async function openIfThere(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, 'r');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function fill(handle: FileHandle, target: Uint8Array): Promise<void> {
  for (let at = 0; at < target.length; ) {
    const { bytesRead } = await handle.read(target, at, target.length - at);
    if (bytesRead === 0) throw new ModelBytesError('The file is cut off');
    at += bytesRead;
  }
}

function split(header: Buffer): [magic: Buffer, key: Buffer, checksum: Buffer] {
  const keyAt = MAGIC.length;
  const checksumAt = keyAt + HASH_LENGTH;
  return [header.subarray(0, keyAt), header.subarray(keyAt, checksumAt), header.subarray(checksumAt)];
}

function checksumOf(pieces: readonly Uint8Array[]): Buffer {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}
