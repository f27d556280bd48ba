// The one place that talks to the store. Every address is on the machine that served the page.
import type { Asked, DemoState, Terrain, Truth } from '../demo/types';
import type { Board, Changes, ConsultationDetail, Consultations, StateToday } from '../register/types';
import type { Bearing, CaseDetail, CasePage, Continuity, Coverage, Impediment, Inconsistency, LinkChange, LoadResult, SensedArrival, SensedPage, SensorSite, Status, Waveforms, WitnessChange } from './types';

const BASE = '/api/v1';

/** How long a request may take, in milliseconds: a loopback store answers in well under a second. */
const TIMEOUT_MS = 15_000;

/** How large a file may be to be sent, in bytes: detections, notices and agreements are a few kilobytes of text. */
export const FILE_BYTES_MAX = 16 * 1024 * 1024;

/** What went wrong with a request, in words. `status` is 0 where the store gave no answer. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
  }
}

async function request(path: string, init: RequestInit = {}): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(BASE + path, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS), cache: 'no-store' });
  } catch {
    throw new ApiError(`no answer from the store to ${BASE}${path}`, 0);
  }
  let body: unknown;
  try {
    body = await response.json();
  } catch {
    throw new ApiError(`${BASE}${path} answered ${response.status} without JSON`, response.status);
  }
  if (!response.ok) {
    const said = body !== null && typeof body === 'object' && 'error' in body ? String(body.error) : '';
    throw new ApiError(said || `${BASE}${path} answered ${response.status}`, response.status);
  }
  return body;
}

export async function getStatus(): Promise<Status> {
  return (await request('/status')) as Status;
}

/** In which order the queue is asked for. */
export type QueueOrder = 'time' | 'severity';

/** A page of the list of cases: the first, or those behind `after`. */
export async function getCases(limit: number, after: string | null, order: QueueOrder): Promise<CasePage> {
  const from = after === null ? '' : `&after=${encodeURIComponent(after)}`;
  const body = (await request(`/cases?limit=${limit}&order=${order}${from}`)) as Partial<CasePage>;
  if (!Array.isArray(body.cases)) throw new ApiError(`${BASE}/cases holds no list "cases"`, 200);
  return body as CasePage;
}

export async function getCase(id: string): Promise<CaseDetail> {
  return (await request(`/cases/${encodeURIComponent(id)}`)) as CaseDetail;
}

/** The waveforms around a case's arrivals in so many columns: all of them, or those of a span of milliseconds since 1970. */
export async function getWaveforms(id: string, columns: number, span: { from_ms: number; to_ms: number } | null): Promise<Waveforms> {
  const asked = new URLSearchParams({ columns: String(columns) });
  if (span) {
    asked.set('from', new Date(span.from_ms).toISOString());
    asked.set('to', new Date(span.to_ms).toISOString());
  }
  return (await request(`/cases/${encodeURIComponent(id)}/waveforms?${asked.toString()}`)) as Waveforms;
}

/** What could have been seen at a time. */
export async function getCoverage(at: string): Promise<Coverage> {
  return (await request(`/coverage?at=${encodeURIComponent(at)}`)) as Coverage;
}

/** A page of what stands in the journal under a list's name: the newest, or those before an entry. */
async function getSensed<T>(path: string, list: string, limit: number, before: number | null): Promise<SensedPage<T>> {
  const from = before === null ? '' : `&before=${before}`;
  const body = (await request(`${path}?limit=${limit}${from}`)) as Record<string, unknown>;
  const rows = body[list];
  if (!Array.isArray(rows)) throw new ApiError(`${BASE}${path} holds no list "${list}"`, 200);
  return { rows: rows as T[], next: typeof body['next'] === 'number' ? body['next'] : null };
}

export const getDetections = (limit: number, before: number | null): Promise<SensedPage<SensedArrival>> =>
  getSensed('/detections', 'detections', limit, before);

export const getBearings = (limit: number, before: number | null): Promise<SensedPage<Bearing>> =>
  getSensed('/bearings', 'bearings', limit, before);

export const getImpediments = (limit: number, before: number | null): Promise<SensedPage<Impediment>> =>
  getSensed('/impediments', 'impediments', limit, before);

export const getContinuity = (limit: number, before: number | null): Promise<SensedPage<Continuity>> =>
  getSensed('/continuity', 'continuity', limit, before);

export const getInconsistencies = (limit: number, before: number | null): Promise<SensedPage<Inconsistency>> =>
  getSensed('/inconsistencies', 'inconsistencies', limit, before);

/** All sensors and where they stand, page by page, at most `most` of them. */
export async function getSites(most: number): Promise<SensorSite[]> {
  const sites: SensorSite[] = [];
  for (let after: string | null = null; sites.length < most; ) {
    const from: string = after === null ? '' : `&after=${encodeURIComponent(after)}`;
    const body = (await request(`/sensors?limit=500${from}`)) as { sensors?: SensorSite[]; next?: string | null };
    if (!Array.isArray(body.sensors)) throw new ApiError(`${BASE}/sensors holds no list "sensors"`, 200);
    sites.push(...body.sensors);
    after = body.next ?? null;
    if (after === null) break;
  }
  return sites;
}

export const getLinks = (limit: number, before: number | null): Promise<SensedPage<LinkChange>> =>
  getSensed('/sources', 'states', limit, before);

export const getWitnesses = (limit: number, before: number | null): Promise<SensedPage<WitnessChange>> =>
  getSensed('/witnesses', 'states', limit, before);

const layer = (record: boolean): string => (record ? '?layer=record' : '');

/** The register on one page; with the record's lines too, if asked. */
export async function getBoard(record: boolean): Promise<Board> {
  return (await request(`/register${layer(record)}`)) as Board;
}

/** What one state may do today. */
export async function getState(code: string, record: boolean): Promise<StateToday> {
  return (await request(`/register/states/${encodeURIComponent(code)}${layer(record)}`)) as StateToday;
}

/** What changed since yesterday, or since the edition of a number. */
export async function getChanges(since: number | null, record: boolean): Promise<Changes> {
  const asked = new URLSearchParams();
  if (since !== null) asked.set('since', String(since));
  if (record) asked.set('layer', 'record');
  return (await request(`/register/changes?${asked.toString()}`)) as Changes;
}

export async function getConsultations(): Promise<Consultations> {
  return (await request('/consultations')) as Consultations;
}

export async function getConsultation(call: string): Promise<ConsultationDetail> {
  return (await request(`/consultations/${encodeURIComponent(call)}`)) as ConsultationDetail;
}

export function consultationDossierHref(call: string): string {
  return `${BASE}/consultations/${encodeURIComponent(call)}/dossier`;
}

export async function getDemo(): Promise<DemoState> {
  return (await request('/demo')) as DemoState;
}

export async function getTruth(): Promise<Truth> {
  return (await request('/demo/truth')) as Truth;
}

export async function getTerrain(): Promise<Terrain> {
  return (await request('/demo/terrain')) as Terrain;
}

/** Tells the demo's player to do one thing; the answer is how it stands then. */
export async function postDemo(asked: Asked): Promise<DemoState> {
  return (await request('/demo', {
    method: 'POST',
    headers: { 'X-Truceline': '1', 'Content-Type': 'application/json' },
    body: JSON.stringify(asked),
  })) as DemoState;
}

/** Sends one file's bytes. The header tells the store that this page, not a foreign one, asks. */
export async function postFile(file: File): Promise<LoadResult> {
  if (file.size > FILE_BYTES_MAX) {
    throw new ApiError(`${file.name} has ${file.size} bytes; at most ${FILE_BYTES_MAX} are sent`, 413);
  }
  return (await request(`/files?name=${encodeURIComponent(file.name)}`, {
    method: 'POST',
    headers: { 'X-Truceline': '1', 'Content-Type': 'application/octet-stream' },
    body: await file.arrayBuffer(),
  })) as LoadResult;
}

/** Calls `changed` whenever derived entries were appended, and `link` when the live link comes or goes. */
export function listen(changed: () => void, link: (up: boolean) => void): () => void {
  const source = new EventSource(`${BASE}/live`);
  source.addEventListener('changed', changed);
  source.onopen = () => link(true);
  source.onerror = () => link(false);
  return () => source.close();
}
