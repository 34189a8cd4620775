// Runs in: CLI (engines).
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { EngineError } from './errors.ts';
import { runOwned, type Launch } from './processes.ts';

/** Where Neo4j's files lie below its home folder; the same for a container, so that either can go on with the other's data. */
export const DATA = 'data';
const CONF = 'conf';

// What Neo4j's own scripts pass; without the opened packages its page cache and Bolt server do not work.
const JVM = [
  '-Xms256m', '-Xmx2g', '-XX:+UseG1GC', '-XX:-OmitStackTraceInFastThrow', '-XX:+DisableExplicitGC',
  '--add-opens=java.base/java.nio=ALL-UNNAMED', '--add-opens=java.base/java.io=ALL-UNNAMED',
  '--add-opens=java.base/sun.nio.ch=ALL-UNNAMED', '--add-opens=java.base/java.util.concurrent=ALL-UNNAMED',
  '-Djdk.nio.maxCachedBufferSize=1024', '-Dio.netty.tryReflectionSetAccessible=true', '-Dlog4j2.disable.jmx=true',
];

/** The file with the password, readable by its owner only. */
export function passwordFile(dataDir: string): string {
  return join(dataDir, 'neo4j-password');
}

/**
 * The password for this data folder: made up at the first start, the same ever after.
 *
 * @throws EngineError when there is a database but its password is lost
 */
export async function readPassword(dataDir: string, home: string): Promise<string> {
  const file = passwordFile(dataDir);
  const known = await readFile(file, 'utf8').then((text) => text.trim(), () => '');
  if (known) return known;
  if (hasDatabase(home)) {
    throw new EngineError(`The Neo4j database in ${home} has a password, which stood in ${file}; that file is gone. Put it back, or remove ${home} to start afresh.`);
  }
  const password = randomBytes(24).toString('hex');
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

/** True once Neo4j was started in this home: its password is then set for good. */
export function hasDatabase(home: string): boolean {
  return existsSync(join(home, DATA, 'databases', 'system'));
}

/** Writes the configuration for this start: Bolt on the loopback address, nothing else, and no usage reports. */
export async function writeConfiguration(home: string, port: number): Promise<void> {
  await mkdir(join(home, CONF), { recursive: true });
  await writeFile(
    join(home, CONF, 'neo4j.conf'),
    `# Written at every start; changes are lost.
server.default_listen_address=127.0.0.1
server.bolt.enabled=true
server.bolt.listen_address=127.0.0.1:${port}
server.bolt.advertised_address=127.0.0.1:${port}
server.http.enabled=false
server.https.enabled=false
server.memory.pagecache.size=512m
server.directories.data=${DATA}
# Files as large as what is in them: otherwise they grow by dozens of megabytes.
db.store.files.preallocate=false
# Otherwise each database keeps 256 MB of log files at hand, and gigabytes of old ones.
db.tx_log.rotation.size=64m
db.tx_log.rotation.retention_policy=256m size
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
server.bolt.telemetry.enabled=false
# It would wait 5 s at every stop for clients that are just connecting.
internal.dbms.bolt.netty_server_shutdown_quiet_period=0
`,
  );
}

/** Sets the first password; Neo4j allows that only before its first start. */
export async function setInitialPassword(java: string, jars: string, home: string, password: string): Promise<void> {
  if (hasDatabase(home)) return;
  // Through a file, since every user of the machine may read a command line.
  const file = join(home, 'initial-password');
  await writeFile(file, password, { mode: 0o600 });
  try {
    await runOwned(adminLaunch(java, jars, home, ['-Xmx256m', '-XX:TieredStopAtLevel=1'], ['dbms', 'set-initial-password', `@${file}`]), { timeoutMs: 60_000 });
  } finally {
    await rm(file, { force: true });
  }
}

/** How to run one of `neo4j-admin`'s commands from the jars. */
export function adminLaunch(java: string, jars: string, home: string, jvm: string[], command: string[]): Launch {
  return { command: java, args: [...jvm, '-cp', classPath(jars), 'org.neo4j.server.startup.Neo4jAdminCommand', ...command], env: environment(home) };
}

/** How to run Neo4j's server from its jars. @param jvm more options of Java's */
export function serverLaunch(java: string, jars: string, home: string, jvm: string[]): Launch {
  return {
    command: java,
    args: [
      ...JVM, ...jvm, '-cp', classPath(jars), 'org.neo4j.server.CommunityEntryPoint',
      `--home-dir=${home}`, `--config-dir=${join(home, CONF)}`,
    ],
    env: environment(home),
    cwd: home,
  };
}

function classPath(jars: string): string {
  return [join(jars, '*')].join(delimiter);
}

/** NEO4J_ variables are ours or a client's; the server would take its own from them. */
function environment(home: string): NodeJS.ProcessEnv {
  const rest = Object.entries(process.env).filter(([name]) => !name.startsWith('NEO4J_'));
  return { ...Object.fromEntries(rest), NEO4J_HOME: home, NEO4J_CONF: join(home, CONF) };
}
