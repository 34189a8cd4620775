// Runs in: worker. Draws the evaluation as SVG, without a browser.
import * as vega from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Metrics } from './messages.ts';
import type { Decile, RocPoint } from './metrics.ts';

const MODEL = '#1f6f8b';
const REFERENCE = '#8a8f98';
const OBSERVED = '#e07a3f';

/** Left: do flights held for riskier arrive late more often, and as often as foretold? Right: the ROC curve. */
export async function drawEvaluation(metrics: Metrics, tenths: Decile[], curve: RocPoint[]): Promise<string> {
  const spec: TopLevelSpec = {
    background: 'white',
    padding: 16,
    config: { font: 'sans-serif', axis: { grid: true, gridColor: '#eceef1' }, title: { anchor: 'start', fontSize: 14 } },
    spacing: 40,
    hconcat: [
      {
        title: 'Late arrivals by tenth of predicted risk',
        width: 340,
        height: 280,
        layer: [
          {
            data: { values: tenths },
            mark: { type: 'bar', color: MODEL, opacity: 0.85 },
            encoding: {
              x: { field: 'decile', type: 'ordinal', title: 'Tenth of flights, safest to riskiest', axis: { labelAngle: 0, grid: false } },
              y: { field: 'observed', type: 'quantitative', title: 'Share of flights', axis: { format: '.0%' } },
            },
          },
          {
            data: { values: tenths },
            mark: { type: 'line', color: OBSERVED, strokeWidth: 2, point: { color: OBSERVED, filled: true, size: 40 } },
            encoding: { x: { field: 'decile', type: 'ordinal' }, y: { field: 'predicted', type: 'quantitative' } },
          },
          {
            data: { values: [{ rate: metrics.lateRate }] },
            mark: { type: 'rule', color: REFERENCE, strokeDash: [6, 4] },
            encoding: { y: { field: 'rate', type: 'quantitative' } },
          },
          // A legend by hand: the three layers have no field in common that could carry one.
          ...[
            { text: '■ late, observed', color: MODEL, y: 10 },
            { text: '● late, predicted', color: OBSERVED, y: 28 },
            { text: `╌ all flights: ${percent(metrics.lateRate)}`, color: REFERENCE, y: 46 },
          ].map(({ text, color, y }) => ({
            data: { values: [{}] },
            mark: { type: 'text' as const, text, color, align: 'left' as const, fontSize: 12, x: 10, y },
          })),
        ],
      },
      {
        title: `ROC curve: area ${metrics.auc.toFixed(3)} on ${metrics.rows.toLocaleString('en-US')} test flights`,
        width: 280,
        height: 280,
        layer: [
          {
            data: { values: [{ at: 0 }, { at: 1 }] },
            mark: { type: 'line', color: REFERENCE, strokeDash: [6, 4] },
            encoding: { x: { field: 'at', type: 'quantitative' }, y: { field: 'at', type: 'quantitative' } },
          },
          {
            data: { values: curve },
            mark: { type: 'line', color: MODEL, strokeWidth: 2 },
            encoding: {
              x: { field: 'falsePositiveRate', type: 'quantitative', title: 'Share of punctual flights flagged', axis: { format: '.0%' } },
              y: { field: 'truePositiveRate', type: 'quantitative', title: 'Share of late flights found', axis: { format: '.0%' } },
              order: { field: 'falsePositiveRate', type: 'quantitative' },
            },
          },
        ],
      },
    ],
  };
  const view = new vega.View(vega.parse(compile(spec).spec), { renderer: 'none' });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
