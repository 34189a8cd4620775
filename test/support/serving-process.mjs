// Runs in: a process of its own (tests). Serves predictions with what was built, until it is killed.
import { setTimeout } from 'node:timers/promises';
import { Outbox } from '../../dist/plugin/outbox/outbox.js';
import { servingRecorder } from '../../dist/plugin/serving.js';

const [outbox, id] = process.argv.slice(2);
const recorder = await servingRecorder({ name: 'killed', outbox, neo4j: { uri: 'bolt://127.0.0.1:1', username: 'x', password: 'x' } });
const made = recorder.prediction({ model: { kind: 'model', uri: 's3://registry/killed', version: '1' }, input: 1, output: 2, id });
const own = new Outbox(outbox);
while (own.depth < 2) await setTimeout(10);
process.stdout.write(`${JSON.stringify(made)}\n`);
