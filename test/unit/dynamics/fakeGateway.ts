import type { JsonObject } from '../../../common/json';
import { DataverseError, type DataverseErrorInit } from '../../../dynamics/dataverseError';
import type { DataverseGateway, RowReference } from '../../../dynamics/gateway';
import type { CallOptions } from '../../../dynamics/transport';

/** A Dataverse of maps, with the failures a test plans. */
export class FakeGateway implements DataverseGateway {
  readonly rows = new Map<string, JsonObject>();
  readonly links: string[] = [];
  /** Calls that took effect or tried to, e.g. `create tasks`. */
  readonly calls: string[] = [];
  closedInMs = 0;
  /** Failures for the next calls whose text contains the key. */
  private planned: { match: string; times: number; error: DataverseError; isAfter: boolean }[] = [];

  fail(match: string, init: Partial<DataverseErrorInit>, options: { times?: number; after?: boolean } = {}): void {
    const error = new DataverseError({ status: 0, code: 'network', retriable: true, delivered: 'unknown', ...init });
    this.planned.push({ match, times: options.times ?? 1, error, isAfter: options.after ?? false });
  }

  recover(): void {
    this.planned = [];
  }

  row(set: string, id: string): JsonObject | undefined {
    return this.rows.get(`${set}/${id}`);
  }

  rowsOf(set: string): JsonObject[] {
    return [...this.rows].filter(([key]) => key.startsWith(`${set}/`)).map(([, values]) => values);
  }

  closedForInMs(): number {
    return this.closedInMs;
  }

  async get({ set, id }: RowReference): Promise<JsonObject> {
    return this.run(`get ${set}`, () => this.existing(set, id));
  }

  async list(): Promise<never> {
    throw new Error('the ledger reads no lists');
  }

  async next(): Promise<never> {
    throw new Error('the ledger reads no lists');
  }

  create({ set, id }: RowReference, values: JsonObject, _options?: CallOptions): Promise<'created' | 'existed'> {
    return this.run(`create ${set}`, () => {
      if (this.rows.has(`${set}/${id}`)) return 'existed';
      this.rows.set(`${set}/${id}`, { statecode: 0, ...values });
      return 'created';
    });
  }

  update({ set, id }: RowReference, values: JsonObject): Promise<void> {
    return this.run(`update ${set}`, () => {
      const row = this.existing(set, id);
      if (row['statecode'] === 1) throw refusal(400, '0x80040203');
      this.rows.set(`${set}/${id}`, { ...row, ...values });
    });
  }

  associate(parent: RowReference, _relation: string, child: RowReference): Promise<void> {
    return this.run('associate', () => {
      this.existing(parent.set, parent.id);
      this.existing(child.set, child.id);
      const link = `${parent.id} ${child.id}`;
      if (!this.links.includes(link)) this.links.push(link);
    });
  }

  private existing(set: string, id: string): JsonObject {
    const row = this.rows.get(`${set}/${id}`);
    if (!row) throw refusal(404, '0x80040217');
    return row;
  }

  private async run<T>(call: string, effect: () => T): Promise<T> {
    this.calls.push(call);
    const plan = this.planned.find(({ match }) => call.includes(match));
    if (plan) {
      plan.times -= 1;
      if (plan.times <= 0) this.planned = this.planned.filter((one) => one !== plan);
      if (plan.isAfter) effect();
      throw plan.error;
    }
    return effect();
  }
}

export function refusal(status: number, code: string): DataverseError {
  return new DataverseError({ status, code, retriable: false, delivered: 'no' });
}
