// Runs in: browser. A few numbers as a line, small enough for a row of text.
import { svg } from '../base/dom.ts';

const WIDTH = 120;
const HEIGHT = 28;
const MARGIN = 4;

export interface Point {
  value: number;
  /** What the point is of. */
  name: string;
}

/** @param current the point to mark @param label what it shows, for those who don't see it */
export function sparkline(points: Point[], current: number, label: string): SVGElement {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (index: number): number => MARGIN + (index * (WIDTH - 2 * MARGIN)) / Math.max(points.length - 1, 1);
  // What never changed is a line in the middle.
  const y = (value: number): number => (most === least ? HEIGHT / 2 : HEIGHT - MARGIN - ((value - least) * (HEIGHT - 2 * MARGIN)) / (most - least));
  const dots = points.map(({ value, name }, index) => {
    const title = svg('title', {});
    title.textContent = `${name}: ${value}`;
    return svg('circle', { class: index === current ? 'spark-dot is-current' : 'spark-dot', cx: x(index), cy: y(value), r: index === current ? 3.2 : 2 }, title);
  });
  return svg('svg', { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, width: WIDTH, height: HEIGHT, role: 'img', 'aria-label': label },
    svg('polyline', { class: 'spark-line', points: points.map(({ value }, index) => `${x(index).toFixed(1)},${y(value).toFixed(1)}`).join(' ') }), ...dots);
}
