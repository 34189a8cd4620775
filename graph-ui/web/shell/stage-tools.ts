// Runs in: browser. The buttons on the graph and the keys that do the same: zoom, fit, arrange, outline, what is drawn.
import { byId, fill, h } from '../base/dom.ts';
import { icon, type IconName } from '../base/icons.ts';
import { currentState, go, type State } from '../base/location.ts';
import { startKeys } from './keys.ts';
import type { TraceView } from './trace-view.ts';

export function startStageTools(traceView: TraceView): void {
  const { drawing } = traceView;
  const outline = startOutlinePane();
  const zoomIn = (): void => drawing.zoomBy(1.3);
  const zoomOut = (): void => drawing.zoomBy(1 / 1.3);
  const isTrace = (): boolean => currentState().view === null && currentState().subject !== null;
  const flip = (flag: 'values' | 'attempts' | 'each' | 'runs' | 'all') => (): void => go({ [flag]: !currentState()[flag] });
  const turn = (direction: State['direction']) => (): void => go({ direction, around: false, limit: null });
  const openKeys = startKeys([
    {
      title: 'Everywhere',
      keys: [
        { keys: ['/'], words: 'search', action: () => byId('search').focus() },
        { keys: ['t'], words: 'light or dark', action: () => byId('theme').click() },
        { keys: ['?'], words: 'these keys' },
        { keys: ['Escape'], words: 'close the details; leave the paths between two nodes', action: () => go(currentState().selected === null ? { path: '' } : { selected: null }) },
      ],
    },
    {
      title: 'The graph',
      isActive: isTrace,
      keys: [
        { keys: ['u'], words: 'upstream: what it was made from', action: turn('upstream') },
        { keys: ['d'], words: 'downstream: what came out of it', action: turn('downstream') },
        { keys: ['b'], words: 'both', action: () => go({ around: true, limit: null }) },
        { keys: ['v'], words: 'values', action: flip('values') },
        { keys: ['a'], words: 'attempts', action: flip('attempts') },
        { keys: ['r'], words: 'by run', action: flip('runs') },
        { keys: ['l'], words: 'look-alikes, each or as one', action: flip('each') },
        { keys: ['x'], words: 'all of a large trace, or the nearest', action: flip('all') },
        { keys: ['+', '='], words: 'zoom in', action: zoomIn },
        { keys: ['-'], words: 'zoom out', action: zoomOut },
        { keys: ['f'], words: 'fit the whole graph', action: () => drawing.fit() },
        { keys: ['g'], words: 'arrange anew', action: () => traceView.arrange() },
        { keys: ['o'], words: 'go to the outline', action: () => traceView.focusOutline() },
      ],
    },
    {
      title: 'A node: the one in the outline, else the selected',
      isActive: isTrace,
      keys: [
        { keys: ['ArrowRight', 'ArrowLeft'], words: 'along an edge, and back; → also draws more' },
        { keys: ['ArrowDown', 'ArrowUp'], words: 'next and previous line' },
        { keys: ['Enter', ' '], words: 'select: show all about it' },
        { keys: ['['], words: 'draw more of what it came from, or less again', action: () => traceView.toggleSide('earlier') },
        { keys: [']'], words: 'draw more of what came of it, or less again', action: () => traceView.toggleSide('later') },
        { keys: ['e'], words: 'open or close look-alikes or a run', action: () => traceView.toggleGroup() },
        { keys: ['p'], words: 'only the paths between it and the selected', action: () => traceView.choosePath() },
        { keys: ['c'], words: 'move it into the middle', action: () => traceView.centre() },
      ],
    },
  ]);
  fill(
    byId('stage-tools'),
    outline,
    button('plus', 'Zoom in', zoomIn),
    button('minus', 'Zoom out', zoomOut),
    button('fit', 'Fit the whole graph', () => drawing.fit()),
    button('arrange', 'Arrange anew', () => traceView.arrange()),
    button('keyboard', 'Keys', openKeys),
  );
}

/** The button that opens the outline beside the graph, and the one that closes it. */
function startOutlinePane(): HTMLElement {
  const outline = byId('outline');
  const toggle = button('outline', 'Show the outline', () => setOpen(!outline.classList.contains('is-open')));
  toggle.setAttribute('aria-controls', 'outline');
  const setOpen = (isOpen: boolean): void => {
    outline.classList.toggle('is-open', isOpen);
    toggle.setAttribute('aria-expanded', String(isOpen));
  };
  setOpen(false);
  const close = byId('outline-close');
  fill(close, icon('close'));
  close.setAttribute('aria-label', 'Close the outline');
  close.addEventListener('click', () => {
    setOpen(false);
    toggle.focus();
  });
  return toggle;
}

function button(name: IconName, label: string, action: () => void): HTMLElement {
  return h('button', { class: 'icon-button', type: 'button', 'aria-label': label, title: label, on: { click: action } }, icon(name));
}
