// Runs in: browser. The small line icons of buttons, as SVG made by hand: nothing is fetched.
import { svg } from './dom.ts';

const PATHS = {
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.3 15.3 20 20',
  sun: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4',
  moon: 'M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z',
  left: 'M20 12H5M11 6l-6 6 6 6',
  right: 'M4 12h15M13 6l6 6-6 6',
  close: 'M6 6l12 12M18 6 6 18',
  copy: 'M9 9h10v11H9zM15 9V4H5v11h4',
  check: 'M5 12.5 10 17.5 19.5 7',
  download: 'M12 4v11M7 11l5 5 5-5M4.5 20h15',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  keyboard: 'M3 7h18v10H3zM6.5 10.5h.1M10 10.5h.1M13.5 10.5h.1M17 10.5h.1M8 14h8',
  arrange: 'M4 5h6v5H4zM14 14h6v5h-6zM10 7.5h4a3 3 0 0 1 3 3V14',
  outline: 'M4 6h10M8 12h12M8 18h9',
  warning: 'M12 4 21 19.5H3zM12 10v4.5M12 17v.2',
  shield: 'M12 3.5 19 6v6c0 4.5-3 7.3-7 8.5C8 19.3 5 16.5 5 12V6z',
  external: 'M14 5h5v5M19 5l-8 8M11 6H5v13h13v-6',
  chevron: 'M9 6l6 6-6 6',
  leave: 'M14 4H6v16h8M11 12h9M16.5 8.5 20 12l-3.5 3.5',
  print: 'M7 8V3.5h10V8M7 17H4V9h16v8h-3M7 14h10v6.5H7z',
  clock: 'M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3.2 2',
  pin: 'M8.5 3.5h7l-1 6.5 3.5 4.5H6l3.5-4.5zM12 14.5V21',
  layers: 'M12 4l8.5 4.5L12 13 3.5 8.5zM4 13l8 4.3 8-4.3',
} as const;

export type IconName = keyof typeof PATHS;

export function icon(name: IconName): SVGElement {
  return svg('svg', { class: `icon icon-${name}`, viewBox: '0 0 24 24', 'aria-hidden': 'true' }, svg('path', { d: PATHS[name] }));
}
