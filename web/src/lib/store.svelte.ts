// What the page knows of the store: the last known content, its age, and what went wrong.
// Nothing known is thrown away when the store does not answer.
import { ApiError, getCase, getCases, getStatus, listen, type QueueOrder } from './api';
import type { CaseDetail, CaseRow, Status } from './types';

/** How often the page asks while the live link is down, in milliseconds. */
export const POLL_MS = 5_000;
/** The page asks no sooner again than this after an answer, ms: a journal that grows by the second would leave it no time to draw. */
const AGAIN_MS = 1_000;
/** How many cases are drawn with their regions: more would cover each other on one chart. */
export const DRAWN_MAX = 24;
/** How many cases are asked for at once. */
const AT_ONCE = 4;
/** How many rows of the list are asked for in one page; the queue asks for more by the page. */
export const PAGE_ROWS = 200;

/** Answers are replaced whole, never changed in place: polygons stay plain data. */
class Known {
  status = $state.raw<Status | null>(null);
  cases = $state.raw<CaseRow[] | null>(null);
  /** How many cases the store holds; `cases` has the newest of them. */
  total = $state(0);
  /** How many of the cases that were read are closed and not listed. */
  hidden = $state(0);
  details = $state.raw<Record<string, CaseDetail>>({});
  /** When the store last answered in whole, in milliseconds of this machine's clock. */
  answered_ms = $state<number | null>(null);
  /** When the first unanswered asking began. */
  asking_since_ms = $state<number | null>(null);
  problem = $state<string | null>(null);
  live = $state(false);
}

export const known = new Known();

/** Closed cases are listed when asked for: what was withdrawn asks nothing of a duty officer. */
export const queue = $state<{ selected: string | null; order: QueueOrder; closed: boolean }>({ selected: null, order: 'time', closed: false });

/** A case's regions are asked for again only when its event, its finding or its journal may have changed. */
const stamps = new Map<string, string>();
let wanted: string | null = null;
let pages = 1;
let running: Promise<void> | null = null;
let again = false;

/** What else stands of a case, such as a notice that came, is asked for where it is read in whole. */
const isRead = (id: string): boolean => id === wanted || id === queue.selected;
const stampOf = (row: CaseRow, size: number): string => `${row.event.id} ${row.finding.id} ${row.closed ?? ''} ${isRead(row.case) ? size : ''}`;

async function readDetail(row: CaseRow, size: number): Promise<CaseDetail> {
  const stamp = stampOf(row, size);
  const before = known.details[row.case];
  if (before && stamps.get(row.case) === stamp) return before;
  const detail = await getCase(row.case);
  stamps.set(row.case, stamp);
  return detail;
}

/** The first cases in the queue's order, as many pages as are asked for. */
async function readRows(): Promise<{ cases: CaseRow[]; total: number }> {
  const order = queue.order;
  let page = await getCases(PAGE_ROWS, null, order);
  const cases = [...page.cases];
  for (let read = 1; read < pages && page.next !== null; read += 1) {
    page = await getCases(PAGE_ROWS, page.next, order);
    cases.push(...page.cases);
  }
  return { cases, total: page.total };
}

/** A case that was asked for by its name and is older than the rows that are held. */
async function readWanted(held: Record<string, CaseDetail>): Promise<void> {
  if (wanted === null || wanted in held) return;
  try {
    held[wanted] = await getCase(wanted);
  } catch (error) {
    // The page says that the store holds no such case.
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

async function readAll(): Promise<void> {
  const [status, { cases: read, total }] = await Promise.all([getStatus(), readRows()]);
  const cases = read.filter((row) => queue.closed || row.closed === null || isRead(row.case));
  const drawn = cases.filter((row, at) => at < DRAWN_MAX || row.case === wanted || row.case === queue.selected);
  const details: Record<string, CaseDetail> = {};
  for (let at = 0; at < drawn.length; at += AT_ONCE) {
    const some = await Promise.all(drawn.slice(at, at + AT_ONCE).map((row) => readDetail(row, status.journal.size)));
    for (const detail of some) details[detail.case] = detail;
  }
  await readWanted(details);
  // The same agreement stays the same object: what is drawn of it is not gathered anew.
  if (status.agreement !== null && status.agreement.hash === known.status?.agreement?.hash) status.agreement = known.status.agreement;
  known.status = status;
  known.cases = cases;
  known.total = total;
  known.hidden = read.length - cases.length;
  known.details = details;
  if (!cases.some((row) => row.case === queue.selected)) queue.selected = cases[0]?.case ?? null;
}

async function round(): Promise<void> {
  known.asking_since_ms ??= Date.now();
  try {
    await readAll();
    known.answered_ms = Date.now();
    known.asking_since_ms = null;
    known.problem = null;
  } catch (error) {
    known.problem = error instanceof ApiError ? error.message : `the answer could not be read: ${String(error)}`;
  }
}

/** Asks the store for everything that may have changed. Askings never overlap; one more follows when it was asked for. */
export function refresh(): Promise<void> {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await round();
      if (again) await new Promise((done) => setTimeout(done, AGAIN_MS));
    } while (again);
    running = null;
  })();
  return running;
}

/** Makes sure that one case is among those asked for. */
export function want(id: string | null): void {
  wanted = id;
  if (id !== null && known.cases !== null) void refresh();
}

/** Asks for one more page of the list. */
export function more(): void {
  pages += 1;
  void refresh();
}

/** Puts the queue into an order, from its first page. */
export function orderBy(order: QueueOrder): void {
  queue.order = order;
  pages = 1;
  void refresh();
}

/** Lists closed cases too, or no longer. */
export function listClosed(too: boolean): void {
  queue.closed = too;
  void refresh();
}

/** Selects a row of the queue: from now on it is read in whole. */
export function select(id: string): void {
  if (queue.selected === id) return;
  queue.selected = id;
  void refresh();
}

/** Starts the live link, with asking every few seconds while it is down. Returns the stop. */
export function follow(): () => void {
  void refresh();
  const close = listen(
    () => void refresh(),
    (up) => {
      if (up && !known.live) void refresh();
      known.live = up;
    },
  );
  const timer = setInterval(() => {
    if (!known.live || known.problem !== null) void refresh();
  }, POLL_MS);
  return () => {
    clearInterval(timer);
    close();
  };
}
