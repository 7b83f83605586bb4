import type { AddRoute } from './addRoute';
import { answerJson } from './answer';
import { OperatorAccess, type OperatorAccessOptions } from './operatorAccess';
import { OperatorActs } from './operatorActs';
import { addOperatorErasure, type OperatorErasureOptions } from './operatorErasure';
import { addOperatorFleet, type OperatorFleetOptions } from './operatorFleet';
import { addOperatorHandoffs, type OperatorHandoffsOptions } from './operatorHandoffs';
import { addOperatorPage } from './operatorPage';
import { addOperatorQueues, type OperatorQueuesOptions } from './operatorQueues';
import { numberOf } from './operatorRequest';
import type { AddAct, AddView } from './operatorRoute';

const actsAtMost = 200;

export type OperatorRoutesOptions = Omit<OperatorAccessOptions, 'clock'> &
  OperatorHandoffsOptions &
  OperatorQueuesOptions &
  OperatorFleetOptions &
  OperatorErasureOptions & {
    operations: ConstructorParameters<typeof OperatorActs>[0]['store'];
  };

/**
 * What an operator sees and does over HTTP with a bearer key of `OPERATOR_KEY`, and the page for it at `/operator`. What is
 * shown names no customer and nothing that was said; what is done stands in the list of acts.
 */
export function addOperatorRoutes(add: AddRoute, options: OperatorRoutesOptions): void {
  const { clock, log, operations } = options;
  const access = new OperatorAccess(options);
  const acts = new OperatorActs({ store: operations, clock, log });
  const view: AddView = (path, handler) =>
    add('get', path, async (request, response) => {
      access.check(request);
      await handler(request, response);
    });
  const act: AddAct = (path, read) =>
    add('post', path, async (request, response) => {
      const operator = access.check(request);
      const { work, details = {}, ...wish } = await read(request, operator);
      const { details: more, ...result } = await acts.run({ operator, details, ...wish }, work);
      answerJson(response, /ing$/.test(result.outcome) ? 202 : 200, { ...result, ...more });
    });

  addOperatorPage(add);
  add('get', '/operator/me', async (request, response) => {
    answerJson(response, 200, { operator: access.check(request), instance: options.orders.instance });
  });
  addOperatorHandoffs(view, act, options);
  addOperatorQueues(view, act, options);
  addOperatorFleet(view, act, options);
  addOperatorErasure(act, options);
  view('/operator/audit', async (request, response) => {
    const limit = Math.max(1, numberOf(request, 'limit', actsAtMost) ?? 50);
    answerJson(response, 200, await acts.list(limit, numberOf(request, 'before', Number.MAX_SAFE_INTEGER)));
  });
}
