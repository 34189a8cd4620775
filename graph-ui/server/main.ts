// Runs in: server. The program: opens the graph, serves it until it is told to stop.
import { openGraph } from '../../plugin/graph/open.ts';
import { listen } from './listen.ts';
import { isLoopback } from './security.ts';
import { readSettings } from './settings.ts';

try {
  await main();
} catch (error) {
  console.error(`provenance-ui: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  const settings = readSettings(process.env);
  const graph = await openGraph(settings.neo4j);
  let listening;
  try {
    listening = await listen(graph, {
      host: settings.host,
      port: settings.port,
      access: settings.access,
      requestsPerMinute: settings.requestsPerMinute,
      temporalUi: settings.temporalUi,
      allowedHosts: { names: settings.allowedHosts, addresses: !isLoopback(settings.host) },
    });
  } catch (error) {
    // An open driver would keep the process alive after it has failed.
    await graph.close();
    throw error;
  }
  const { url, close } = listening;
  console.log(`Lineage at ${url}`);
  const stop = (): void => {
    void close()
      .then(() => graph.close())
      .finally(() => process.exit());
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
