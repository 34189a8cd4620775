// Runs in: CLI. The connection to Temporal, as its own tools are told of it, and what undoes the codec of payloads there.
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { Connection, type WorkflowService } from '@temporalio/client';
import type { DataConverter, LoadedDataConverter, PayloadCodec } from '@temporalio/common';
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { type Command, Option } from 'commander';
import { digestKeyFromEnvironment, Privacy, type ValuesMode } from '../capture/privacy.ts';
import { BadQuestionError, TemporalUnavailableError } from '../graph/errors.ts';
import { codecServer } from '../history/codec-server.ts';
import { knownEncodings } from '../history/known-encodings.ts';

export interface TemporalOptions {
  address?: string;
  namespace?: string;
  profile?: string;
  codecServer?: string;
  codec?: string;
  values?: ValuesMode;
}

export interface OpenTemporal {
  connection: Connection;
  service: WorkflowService;
  namespace: string;
  /** Undoes what a payload codec did; what it does not know becomes undecoded. */
  opener: Pick<LoadedDataConverter, 'payloadCodecs'>;
  privacy: Privacy;
  dataConverter: DataConverter;
  close(): Promise<void>;
}

const TEMPORAL_HELP = `
Temporal is found as by its own tools: TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS_…, or a profile in temporal.toml.
Neo4j is found by NEO4J_URI, NEO4J_USERNAME, NEO4J_PASSWORD and NEO4J_DATABASE.`;

/** Adds what says where Temporal is. */
export function withTemporal(command: Command): Command {
  return command
    .option('--address <host:port>', "Temporal's frontend (default: TEMPORAL_ADDRESS, or 127.0.0.1:7233)")
    .option('--namespace <name>', 'the namespace (default: TEMPORAL_NAMESPACE, or default)')
    .option('--profile <name>', 'a profile of temporal.toml')
    .option('--codec-server <url>', "a codec server, where payloads are encoded, such as the one of Temporal's Web UI")
    .option('--codec <module>', "a JavaScript module that exports 'dataConverter' or 'payloadCodecs', where payloads are encoded")
    .addOption(new Option('--values <mode>', 'how much is kept of values that are filled in: as the option `values` of the plugin').choices(['digest', 'preview', 'full']))
    .addHelpText('after', TEMPORAL_HELP);
}

/** A page of a history may be larger than the 4 MB that gRPC takes by itself: one event alone may have 2 MB. */
export const LARGE_ANSWERS = { 'grpc.max_receive_message_length': 128 * 2 ** 20 };

/** @throws TemporalUnavailableError, BadQuestionError */
export async function openTemporal(options: TemporalOptions): Promise<OpenTemporal> {
  const config = loadClientConnectConfig({ ...(options.profile !== undefined && { profile: options.profile }) });
  const address = options.address ?? config.connectionOptions.address ?? '127.0.0.1:7233';
  const namespace = options.namespace ?? config.namespace ?? 'default';
  const codecs = await codecsOf(options, namespace);
  let connection: Connection;
  try {
    connection = await Connection.connect({ ...config.connectionOptions, address, connectTimeout: '5s', channelArgs: LARGE_ANSWERS });
  } catch (error) {
    throw new TemporalUnavailableError(`can't reach Temporal at ${address}: is it running there? Set TEMPORAL_ADDRESS to where it is, or start it with 'npm run engines'`, { cause: error });
  }
  const converter = loadDataConverter({ payloadCodecs: codecs });
  const digestKey = digestKeyFromEnvironment();
  return {
    connection, namespace, service: connection.workflowService,
    opener: codecs.length > 0 ? converter : { payloadCodecs: [knownEncodings] },
    dataConverter: { payloadCodecs: codecs },
    privacy: new Privacy(converter, { ...(digestKey && { digestKey }), values: options.values }),
    close: () => connection.close(),
  };
}

async function codecsOf({ codec, codecServer: url }: TemporalOptions, namespace: string): Promise<PayloadCodec[]> {
  if (codec === undefined) return url === undefined ? [] : [codecServer(url, namespace)];
  if (url !== undefined) throw new BadQuestionError('--codec and --codec-server both undo the encoding of payloads: give one of them');
  const module = await import(pathToFileURL(resolve(codec)).href).catch((error: unknown) => {
    throw new BadQuestionError(`can't load the module '${codec}' of --codec: ${(error as Error).message}`);
  }) as { dataConverter?: DataConverter; payloadCodecs?: PayloadCodec[]; default?: { dataConverter?: DataConverter; payloadCodecs?: PayloadCodec[] } };
  const found = module.payloadCodecs ?? module.dataConverter?.payloadCodecs ?? module.default?.payloadCodecs ?? module.default?.dataConverter?.payloadCodecs;
  if (!found) throw new BadQuestionError(`the module '${codec}' of --codec exports neither 'payloadCodecs' nor a 'dataConverter' that has some`);
  return found;
}
