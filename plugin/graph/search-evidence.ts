// Runs in: server, CLI. What is found by how its links are known: those of a version itself; of a step and of a run also what their attempts and values have.
import { isKnown } from './search-query.ts';

/** Ways from a step to its links, each called `e`. */
const OF_STEP = ['-[e]->()', '<-[:ATTEMPT_OF]-(:Attempt)-[e]-()'];

/** Cypher: whether a run, step or version has a link that is known by `$evidence`, where that is asked for. */
export function hasEvidence(n: string): string {
  const links = (...ways: string[]) => ways.map((way) => `EXISTS { MATCH (${n})${way} WHERE e.evidence = $evidence AND ${isKnown('e')} }`).join(' OR ');
  return `CASE WHEN $evidence IS NULL THEN true
    WHEN ${n}:Run THEN ${links('<-[:PART_OF]-(:Value)-[e]->()', ...OF_STEP.map((way) => `<-[:PART_OF]-(:Step)${way}`))}
    WHEN ${n}:Step THEN ${links(...OF_STEP)}
    WHEN ${n}:ArtifactVersion THEN ${links('-[e]-()')}
    ELSE false END`;
}
