import type { Handler } from './answer';

export type RouteMethod = 'get' | 'head' | 'post' | 'put' | 'patch' | 'del' | 'opts';

/** Adds a route; the handler answers itself and may throw `HttpProblem`. */
export type AddRoute = (method: RouteMethod, path: string, handler: Handler) => void;
