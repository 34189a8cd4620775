// Runs in: isolate, worker. A Nexus service's contract.
import * as nexus from 'nexus-rpc';

type Rows = { rows: number[] };

export const tables = nexus.service('tables', {
  double: nexus.operation<Rows, Rows>(),
  refine: nexus.operation<Rows, Rows>(),
});
