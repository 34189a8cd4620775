// Runs in: CLI (bench). What the writer is held against: a loader written by hand, that creates what it knows not to be there yet.
import neo4j, { type Driver } from 'neo4j-driver';
import { sourcesToStore } from '../../plugin/graph/write-edges.ts';
import { propertiesToStore } from '../../plugin/graph/write-nodes.ts';
import { graphOf } from '../../plugin/model/merge.ts';
import type { ProvenanceRecord } from '../../plugin/model/record.ts';

type Row = { [name: string]: unknown };

/** Rows of one transaction, by the statement that creates them. */
export type Load = Map<string, Row[]>;

const ROWS = 10_000;

/** What the writer makes of the records, ready to be sent: first all nodes, then all relationships. */
export function loadsOf(records: Iterable<ProvenanceRecord>): { loads: Load[]; nodes: number; edges: number } {
  const { nodes, edges } = graphOf(records);
  // Cypher wants to have labels and types in its text.
  const creations: [statement: string, row: Row][] = [];
  for (const node of nodes.values()) {
    const labels = [node.label, ...node.kinds].map((label) => `:\`${label}\``).join('');
    creations.push([`UNWIND $rows AS row CREATE (n${labels}) SET n = row`, withIntegers({ ...propertiesToStore(node), id: node.id })]);
  }
  const loads = inLoads(creations);
  creations.length = 0;
  for (const { id, type, from, to, properties, sources, recordedAt } of edges.values()) {
    creations.push([
      `UNWIND $rows AS row MATCH (a:${from.label} {id: row.from}) MATCH (b:${to.label} {id: row.to}) CREATE (a)-[r:${type}]->(b) SET r = row.properties`,
      { from: from.id, to: to.id, properties: { ...properties, id, sources: sourcesToStore(sources), recordedAt } },
    ]);
  }
  loads.push(...inLoads(creations));
  return { loads, nodes: nodes.size, edges: edges.size };
}

function inLoads(creations: [statement: string, row: Row][]): Load[] {
  const loads: Load[] = [];
  for (let at = 0; at < creations.length; at += ROWS) {
    const load: Load = new Map();
    for (const [statement, row] of creations.slice(at, at + ROWS)) {
      const rows = load.get(statement);
      if (rows) rows.push(row);
      else load.set(statement, [row]);
    }
    loads.push(load);
  }
  return loads;
}

/** One transaction after the other. */
export async function create(driver: Driver, database: string, loads: Load[]): Promise<void> {
  const session = driver.session({ database });
  try {
    for (const load of loads) {
      await session.executeWrite(async (tx) => {
        for (const [statement, rows] of load) await tx.run(statement, { rows });
      });
    }
  } finally {
    await session.close();
  }
}

function withIntegers(properties: Row): Row {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, Number.isSafeInteger(value) ? neo4j.int(value as number) : value]));
}
