import type { Request } from 'restify';
import type { JsonObject } from '../../common/json';
import type { Handler } from './answer';
import type { ActResult } from './operatorActs';

/** What an operator wants done, read from the request and not begun yet. */
export interface Wish {
  act: string;
  target: string;
  details?: JsonObject;
  work(): Promise<ActResult>;
}

/** Adds a GET that only shows. */
export type AddView = (path: string, handler: Handler) => void;
/** Adds a POST that does something: it is noted who did it and how it went, and answered with the result. */
export type AddAct = (path: string, read: (request: Request, operator: string) => Promise<Wish>) => void;
