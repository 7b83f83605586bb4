import { readFileSync } from 'node:fs';
import { compileFunction } from 'node:vm';
import type { XhrClass } from './xhr';

export interface XrmHeader {
  key: string;
  value: string;
}

/** The part of xrm-webapi-client we use, typed narrowly: its own typings are `any` and lack half of it. */
export interface Xrm {
  ClientUrl: string;
  PrettifyErrors: boolean;
  Retrieve(parameters: {
    overriddenSetName: string;
    entityId?: string;
    queryParams?: string;
    headers: XrmHeader[];
  }): PromiseLike<unknown>;
  Update(parameters: { overriddenSetName: string; entityId: string; entity: object; headers: XrmHeader[] }): PromiseLike<unknown>;
  Associate(parameters: {
    relationShip: string;
    source: { overriddenSetName: string; entityId: string };
    target: { overriddenSetName: string; entityId: string };
    headers: XrmHeader[];
  }): PromiseLike<unknown>;
  SendRequest(method: string, url: string, payload: object | null, parameters: { headers: XrmHeader[] }): PromiseLike<unknown>;
}

type Bundle = (module: object, exports: object, require: NodeJS.Require, xhr: XhrClass, window: object) => void;
let bundle: Bundle | undefined;

/**
 * An instance of xrm-webapi-client of its own. The package is written for a browser page: it wants an `XMLHttpRequest` and a
 * `window`, and keeps its settings per module. Compiled as a function with those as parameters it gets private ones, and
 * nothing global is defined (other libraries take a global `window` for a browser).
 */
export function loadXrm(apiUrl: string, xhr: XhrClass): Xrm {
  const filename = require.resolve('xrm-webapi-client');
  bundle ??= compileFunction(readFileSync(filename, 'utf8'), ['module', 'exports', 'require', 'XMLHttpRequest', 'window'], {
    filename,
  }) as Bundle;
  const module: { exports: unknown } = { exports: {} };
  bundle.call(module.exports, module, module.exports as object, require, xhr, {});
  const xrm = module.exports as Xrm;
  xrm.ClientUrl = apiUrl;
  // Errors then come as the JSON text our transport wrote, with status and waiting time in it.
  xrm.PrettifyErrors = false;
  return xrm;
}
