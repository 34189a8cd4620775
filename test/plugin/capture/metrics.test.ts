import { join } from 'node:path';
import { metrics } from '@opentelemetry/api';
import { AggregationTemporality, InMemoryMetricExporter, MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { afterEach, expect, it, vi } from 'vitest';
import { measure } from '../../../plugin/capture/metrics.ts';
import { Drain } from '../../../plugin/outbox/drain.ts';
import { Outbox } from '../../../plugin/outbox/outbox.ts';
import { nameOf, record } from '../../support/outbox-fixture.ts';
import { temporaryDirectory } from '../../support/recorded.ts';

const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
const provider = new MeterProvider({ readers: [reader] });
afterEach(async () => {
  metrics.disable();
  await provider.shutdown();
});

async function collected(): Promise<Record<string, number>> {
  exporter.reset();
  await reader.forceFlush();
  const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  return Object.fromEntries(all.flatMap(({ descriptor, dataPoints }) => (dataPoints.length > 0 ? [[`${descriptor.name} ${descriptor.unit}`, dataPoints.at(-1)!.value as number]] : [])));
}

it('the outbox is measured where the process has OpenTelemetry, for as long as it is fed', async () => {
  metrics.setGlobalMeterProvider(provider);
  const directory = await temporaryDirectory();
  const outbox = new Outbox(join(directory.path, 'outbox'), { bytes: 5_000 });
  let isAway = true;
  const drain = new Drain(outbox, {
    write: async (records) => {
      if (isAway) throw new Error('away');
      if (records.some((each) => nameOf(each) === 'poison')) throw new Error('no such label');
    },
    isTransient: () => isAway,
  });
  const end = measure(outbox, drain, () => 3);
  for (const name of ['a', 'poison', 'b']) await outbox.put(record(name));
  await vi.waitFor(() => expect(drain.counts.failed).toBeGreaterThan(0), { timeout: 60_000 });
  const before = await collected();
  expect(before).toMatchObject({
    'provenance.outbox.depth {record}': 3, 'provenance.outbox.usage By': outbox.bytes, 'provenance.outbox.limit By': 5_000,
    'provenance.outbox.drained {record}': 0, 'provenance.outbox.quarantined {record}': 0, 'provenance.outbox.gaps {record}': 3,
  });
  expect(before['provenance.outbox.oldest.age s']).toBeGreaterThan(0);
  expect(before['provenance.outbox.failed {write}']).toBeGreaterThan(0);
  isAway = false;
  await vi.waitFor(() => expect(outbox.waiting).toBe(0), { timeout: 60_000 });
  expect(await collected()).toMatchObject({
    'provenance.outbox.depth {record}': 0, 'provenance.outbox.usage By': 0, 'provenance.outbox.oldest.age s': 0, 'provenance.outbox.drained {record}': 2, 'provenance.outbox.quarantined {record}': 1,
  });
  await drain.stop(1_000);
  end();
  await outbox.put(record('c'));
  expect((await collected())['provenance.outbox.depth {record}'] ?? 0).toBe(0);
  await outbox.close();
  await directory.remove();
});
