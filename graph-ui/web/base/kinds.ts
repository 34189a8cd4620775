// Runs in: browser. What each kind of node is called and looks like: a shape of its own, so that colour is not all that tells.
import type { AnswerNode } from '../../../plugin/graph/answers.ts';
import { svg } from './dom.ts';

interface Look {
  /** Also the name of the colour: `--kind-NAME`. */
  name: string;
  title: string;
  plural: string;
  /** Outline in a box of 32. */
  shape: string;
  /** Lines drawn upon it. */
  mark: string;
}

const SHAPES = {
  cylinder: 'M4 8c0-2.8 5.4-5 12-5s12 2.2 12 5v16c0 2.8-5.4 5-12 5S4 26.8 4 24z',
  hexagon: 'M14.8 2.3a2.4 2.4 0 0 1 2.4 0l10 5.8a2.4 2.4 0 0 1 1.2 2v11.8a2.4 2.4 0 0 1-1.2 2l-10 5.8a2.4 2.4 0 0 1-2.4 0l-10-5.8a2.4 2.4 0 0 1-1.2-2V10.1a2.4 2.4 0 0 1 1.2-2z',
  diamond: 'M14 2.6a2.8 2.8 0 0 1 4 0L29.4 14a2.8 2.8 0 0 1 0 4L18 29.4a2.8 2.8 0 0 1-4 0L2.6 18a2.8 2.8 0 0 1 0-4z',
  square: 'M8 3.5h16A4.5 4.5 0 0 1 28.5 8v16a4.5 4.5 0 0 1-4.5 4.5H8A4.5 4.5 0 0 1 3.5 24V8A4.5 4.5 0 0 1 8 3.5z',
  circle: 'M16 3a13 13 0 1 0 0 26 13 13 0 0 0 0-26z',
  document: 'M8 2.5h11.5L27 10v17a2.5 2.5 0 0 1-2.5 2.5H8A2.5 2.5 0 0 1 5.5 27V5A2.5 2.5 0 0 1 8 2.5z',
  octagon: 'M11 3h10l8 8v10l-8 8H11l-8-8V11z',
} as const;

const MARKS = {
  rings: 'M5 8.5c0 2.6 5 4.4 11 4.4s11-1.8 11-4.4M5 16.5c0 2.6 5 4.4 11 4.4s11-1.8 11-4.4',
  network: 'M16 9.5v6.5M16 16l-5.5 5M16 16l5.5 5M16 9.4v.1M10.4 21v.1M21.6 21v.1',
  spark: 'M16 9.5c.6 4 2.5 5.9 6.5 6.5-4 .6-5.9 2.5-6.5 6.5-.6-4-2.5-5.9-6.5-6.5 4-.6 5.9-2.5 6.5-6.5z',
  bars: 'M10 22v-5M16 22V10M22 22v-8',
  lines: 'M11 14h10M11 18.5h10M11 23h6',
  sliders: 'M9.5 12.5h13M9.5 19.5h13M13 10.5v4M19.5 17.5v4',
  play: 'M12.5 10.5 21.5 16l-9 5.5z',
  again: 'M21.5 12.5A6.5 6.5 0 1 0 22.5 17M22 9v4h-4',
  braces: 'M13.5 10.5c-3 0-2 2.5-2 3.5s-.5 2-1.5 2c1 0 1.5 1 1.5 2s-1 3.5 2 3.5M18.5 10.5c3 0 2 2.5 2 3.5s.5 2 1.5 2c-1 0-1.5 1-1.5 2s1 3.5-2 3.5',
  flow: 'M9.5 16h5M14.5 16c3 0 2-5 5-5h2M14.5 16c3 0 2 5 5 5h2',
  branch: 'M12 9.5v13M20 10v3c0 3-8 1.5-8 5M12 9.4v.1M20 9.4v.1M12 22.5v.1',
  chip: 'M12 12h8v8h-8zM14 8.5V12M18 8.5V12M14 20v3.5M18 20v3.5M8.5 14H12M8.5 18H12M20 14h3.5M20 18h3.5',
  person: 'M16 9.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM10 22.5c.5-3.5 3-4.5 6-4.5s5.5 1 6 4.5',
  hash: 'M14 9.5l-2 13M20 9.5l-2 13M10.5 13.5h12M9.5 18.5h12',
  box: 'M16 9.5l6 3v7l-6 3-6-3v-7zM10 12.5l6 3 6-3M16 15.5v7',
} as const;

function look(name: string, title: string, shape: keyof typeof SHAPES, mark: keyof typeof MARKS, plural = `${title}s`): Look {
  return { name, title, plural, shape: SHAPES[shape], mark: MARKS[mark] };
}

const LOOKS = new Map(
  [
    look('dataset', 'Dataset', 'cylinder', 'rings'),
    look('model', 'Model', 'hexagon', 'network'),
    look('prediction', 'Prediction', 'diamond', 'spark'),
    look('plot', 'Plot', 'square', 'bars'),
    look('report', 'Report', 'document', 'lines'),
    look('config', 'Config', 'octagon', 'sliders'),
    look('log', 'Log', 'document', 'lines'),
    look('file', 'File', 'document', 'lines'),
    look('artifactversion', 'Artifact', 'document', 'box'),
    look('artifact', 'Artifact', 'square', 'box'),
    look('step', 'Step', 'square', 'play'),
    look('attempt', 'Attempt', 'circle', 'again'),
    look('value', 'Value', 'circle', 'braces'),
    look('run', 'Run', 'circle', 'flow'),
    look('codeversion', 'Code version', 'square', 'branch'),
    look('environment', 'Environment', 'square', 'chip'),
    look('agent', 'Agent', 'circle', 'person'),
    look('content', 'Content', 'square', 'hash', 'Content'),
  ].map((entry) => [entry.name, entry]),
);

/** The look of a kind or label; a kind that users made up looks like an artifact and keeps its name. */
export function lookOf(kind: string): Look {
  const found = LOOKS.get(kind.toLowerCase().replaceAll(/[^a-z]/g, ''));
  return found ?? { ...LOOKS.get('artifactversion')!, title: kind, plural: `${kind}s` };
}

/** The most telling of a node's labels: an artifact's kind, else the main label. */
export function kindOf(node: AnswerNode): string {
  const [main = 'Node', ...others] = node.labels;
  const isArtifact = main === 'ArtifactVersion' || main === 'Artifact';
  return (isArtifact ? others.find((label) => label !== 'Artifact' && label !== 'ArtifactVersion') : undefined) ?? main;
}

/** The shape of a kind with its mark, coloured by the style sheet. */
export function glyph(kind: string): SVGElement {
  const { name, shape, mark } = lookOf(kind);
  return svg(
    'svg',
    { class: `glyph kind-${name}`, viewBox: '0 0 32 32', 'aria-hidden': 'true' },
    svg('path', { class: 'glyph-shape', d: shape }),
    svg('path', { class: 'glyph-mark', d: mark }),
  );
}
