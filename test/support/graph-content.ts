// Runs in: tests. All that the graph holds of some runs, in a form that can be compared.
import neo4j, { type Driver } from 'neo4j-driver';
import { neo4j as address } from './engines.ts';

export function openDriver(): Driver {
  return neo4j.driver(address.uri, neo4j.auth.basic(address.username, address.password), { disableLosslessIntegers: true });
}

/** Nodes and relationships whose ids hold `scope`, everything about them, in order. */
export async function contentOf(driver: Driver, scope: string): Promise<{ nodes: unknown[]; edges: unknown[] }> {
  const rows = async (query: string) => (await driver.executeQuery(query, { scope }, { database: address.database })).records.map((row) => row.get('row') as unknown);
  return {
    nodes: await rows('MATCH (n) WHERE n.id CONTAINS $scope RETURN {labels: labels(n), properties: properties(n)} AS row ORDER BY n.id'),
    edges: await rows('MATCH (a)-[r]->(b) WHERE a.id CONTAINS $scope RETURN {from: a.id, to: b.id, type: type(r), properties: properties(r)} AS row ORDER BY r.id'),
  };
}

export async function removeScope(driver: Driver, scope: string): Promise<void> {
  await driver.executeQuery('MATCH (n) WHERE n.id CONTAINS $scope DETACH DELETE n', { scope }, { database: address.database });
}
