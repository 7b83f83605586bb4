import { type Clock, isoTime } from '../../common/clock';
import { isJsonObject, type JsonValue } from '../../common/json';
import type { OperatorOrders } from '../../relay/operating/orders';
import type { KnownInstance, OperationsStore } from '../../store/operations';
import { answerJson, HttpProblem } from './answer';
import { bodyOf, param, textOf } from './operatorRequest';
import type { AddAct, AddView } from './operatorRoute';

/** An instance that is silent for longer has lost its links. */
const aliveWithinInMs = 10_000;

export interface OperatorFleetOptions {
  operations: Pick<OperationsStore, 'instances' | 'setDraining' | 'switchOff' | 'switchOn' | 'switchedOff'>;
  /** Names of the desks that are configured. */
  desks: readonly string[];
  orders: Pick<OperatorOrders, 'instance' | 'exchange'>;
  clock: Clock;
}

/** The instances and the desks: how they are, and whether they shall take anything. */
export function addOperatorFleet(view: AddView, act: AddAct, { operations, desks, orders, clock }: OperatorFleetOptions): void {
  view('/operator/instances', async (_request, response) => {
    const instances = await operations.instances();
    answerJson(response, 200, {
      instances: instances.map(({ owner: _owner, desks: _desks, startedAt, ...instance }) => ({
        ...instance,
        startedAt: isoTime(startedAt),
        isAlive: isAlive(instance),
        isThis: instance.instance === orders.instance,
      })),
    });
  });

  for (const [wish, isDraining] of [
    ['drain', true],
    ['undrain', false],
  ] as const) {
    act(`/operator/instances/:id/${wish}`, async (request) => {
      const id = param(request, 'id');
      return {
        act: `${wish} instance`,
        target: id,
        work: async () => {
          if (!(await operations.setDraining(id, isDraining))) throw new HttpProblem(404, 'there is no such instance');
          await orders.exchange();
          const others = (await operations.instances()).filter(
            (other) => other.instance !== id && isAlive(other) && !other.isDraining,
          );
          // Without another one its links stay where they are.
          return { outcome: isDraining ? 'draining' : 'in use', details: { otherInstances: others.length } };
        },
      };
    });
  }

  view('/operator/desks', async (_request, response) => {
    const [instances, off] = await Promise.all([operations.instances(), operations.switchedOff()]);
    const names = [...new Set([...desks, ...off.map(({ desk }) => desk)])];
    answerJson(response, 200, {
      desks: names.map((desk) => {
        const found = off.find((known) => known.desk === desk);
        return {
          desk,
          isConfigured: desks.includes(desk),
          isOff: found !== undefined,
          ...(found && { off: { because: found.because, by: found.by, at: isoTime(found.at) } }),
          seenFrom: instances.filter(isAlive).flatMap(({ instance, desks: states }) => stateOf(instance, states, desk)),
        };
      }),
    });
  });

  const known = (desk: string) => {
    if (!desks.includes(desk)) throw new HttpProblem(404, 'there is no such desk');
  };
  act('/operator/desks/:desk/off', async (request, operator) => {
    const desk = param(request, 'desk');
    const because = textOf(await bodyOf(request), 'because', 200);
    return {
      act: 'switch desk off',
      target: desk,
      details: { because },
      work: async () => {
        known(desk);
        await operations.switchOff({ desk, because, by: operator, at: clock.now() });
        await orders.exchange();
        return { outcome: 'off' };
      },
    };
  });
  act('/operator/desks/:desk/on', async (request) => {
    const desk = param(request, 'desk');
    return {
      act: 'switch desk on',
      target: desk,
      work: async () => {
        // Also one that is not configured any more can be forgotten.
        if (!(await operations.switchOn(desk))) throw new HttpProblem(409, 'the desk is not switched off');
        await orders.exchange();
        return { outcome: 'on' };
      },
    };
  });
}

function isAlive({ silentForInMs }: Pick<KnownInstance, 'silentForInMs'>): boolean {
  return silentForInMs < aliveWithinInMs;
}

/** How a desk looks from an instance, which wrote this as `DeskState`. */
function stateOf(instance: string, states: JsonValue, desk: string): JsonValue[] {
  const found = Array.isArray(states) ? states.find((state) => isJsonObject(state) && state['desk'] === desk) : undefined;
  return isJsonObject(found) ? [{ ...found, instance }] : [];
}
