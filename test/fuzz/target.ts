import type { Arbitrary } from 'fast-check';

/** One parser of outside input, and what is thrown at it. */
export interface Target {
  name: string;
  input: Arbitrary<unknown>;
  /** Reads the input; what comes back is looked through. May check more of it and throw. */
  read(input: never): unknown;
  /** Names of the errors that are documented for it; none by default. */
  refuses?: readonly string[];
}

/** A parser of text, for which the time must not grow faster than the text. */
export interface TextTarget {
  name: string;
  read(text: string): unknown;
  /** Longer texts are refused before this parser, or never get there. Default: as long as a body may be. */
  longest?: number;
}

/** So that the input's type and the reader's are one. */
export function target<T>(
  name: string,
  input: Arbitrary<T>,
  read: (input: T) => unknown,
  refuses: readonly string[] = [],
): Target {
  return { name, input, read: read as (input: never) => unknown, refuses };
}
