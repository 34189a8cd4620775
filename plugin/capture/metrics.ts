// Runs in: worker, serving process. How the outbox does, as OpenTelemetry metrics, where the process has OpenTelemetry.
import type { Meter, Observable } from '@opentelemetry/api';
import type { Drain } from '../outbox/drain.ts';
import type { Outbox } from '../outbox/outbox.ts';

/** @returns what ends it */
export function measure(outbox: Outbox, drain: Drain, gaps: () => number): () => void {
  let isEnded = false;
  let end = () => {
    isEnded = true;
  };
  // Not there: then nobody asks for metrics.
  import('@opentelemetry/api').then(({ metrics }) => {
    if (!isEnded) end = observe(metrics.getMeter('temporal-provenance'), outbox, drain, gaps);
  }, () => undefined);
  return () => end();
}

function observe(meter: Meter, outbox: Outbox, { counts }: Drain, gaps: () => number): () => void {
  const level = (name: string, unit: string, description: string, value: () => number) =>
    [meter.createObservableUpDownCounter(`provenance.outbox.${name}`, { unit, description }), value] as const;
  const sum = (name: string, description: string, value: () => number, unit = '{record}') =>
    [meter.createObservableCounter(`provenance.outbox.${name}`, { unit, description }), value] as const;
  const instruments: (readonly [Observable, () => number])[] = [
    level('depth', '{record}', 'Records that wait for this process to bring them into the graph', () => outbox.waiting),
    level('usage', 'By', 'Bytes in the outbox, of all processes that share it', () => outbox.bytes),
    level('limit', 'By', 'The most bytes that may be in the outbox', () => outbox.limit),
    [meter.createObservableGauge('provenance.outbox.oldest.age', { unit: 's', description: 'How long the oldest record has waited' }), () => outbox.oldestAgeMs / 1_000],
    sum('drained', 'Records that the graph took', () => counts.drained),
    sum('failed', 'Writes to the graph that failed, and were tried again', () => counts.failed, '{write}'),
    sum('quarantined', 'Records that were set aside: refused, or not readable', () => counts.quarantined),
    sum('unarchived', 'Records that the graph took and the archive did not', () => counts.unarchived),
    sum('gaps', 'Records that could not be put into the outbox', gaps),
  ];
  const undo = instruments.map(([instrument, value]) => {
    const callback: Parameters<typeof instrument.addCallback>[0] = (result) => result.observe(value());
    instrument.addCallback(callback);
    return () => instrument.removeCallback(callback);
  });
  return () => undo.forEach((each) => each());
}
