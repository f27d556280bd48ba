// The shapes of the HTTP API, version 1. Times are RFC 3339 in UTC, places [longitude, latitude] in degrees,
// probabilities 0 to 1. What is absent is null.

export type Place = [number, number];
/** GeoJSON MultiPolygon coordinates. */
export type Polygons = Place[][][];
export type VerdictState = 'possible-breach' | 'undetermined' | 'permitted-and-notified' | 'recorded-only';

export interface Interval {
  from: string;
  to: string;
}

export interface Zone {
  id: string;
  name: string;
  /** Such as `buffer-zone`, `protected-site`, `humanitarian-corridor`, `security-zone`; `area` without more. */
  kind: string;
  /** GeoJSON Polygon coordinates: the outer ring, then holes. */
  rings: Place[][];
}

/** A line of the agreement, as drawn. */
export interface AgreementLine {
  id: string;
  name: string;
  /** Such as `contact-line`, `withdrawal-line`. */
  kind: string;
  status: string;
  claimed_by: string | null;
  left: string | null;
  right: string | null;
  parts: Place[][];
  sigma_m: number[][];
  length_km: number;
}

export interface Agreement {
  id: string;
  title: string;
  version: string;
  hash: string;
  /** The status-neutral note that stands on every chart. */
  note: string;
  in_force: Interval[];
  zones: Zone[];
  lines: AgreementLine[];
  clauses: { id: string; text: string }[];
  p_min: number;
}

export interface Status {
  journal: {
    origin: string;
    size: number;
    root: string;
    checkpoint: string | null;
    verifier_key: string;
    writable: boolean;
    problem: string | null;
  };
  clock: { kind: string; now: string | null };
  agreement: Agreement | null;
  register: { edition: number | null; newest: number | null; house: { code: string; name: Record<string, string> | null } | null };
  engine: { id: string; problem: string | null };
  counts: {
    reports: number;
    refusals: number;
    notices: number;
    cases: number;
    late: number;
    excluded: number;
    records: number;
    detections: number;
    bearings: number;
    sensors: number;
    impediments: number;
  };
  products: ProductKept[];
  sources: LiveSource[];
  tier: string;
  /** Whether a demo is played here, of an invented world whose truth is known. */
  demo: boolean;
}

/** A live source. Counts are since the program's start. */
export interface LiveSource {
  name: string;
  owner: string;
  address: string;
  tls: boolean;
  state: string;
  since: string;
  protocol: string | null;
  server: string | null;
  last_packet: string | null;
  problem: string | null;
  registered: number;
  already: number;
  refused: number;
  foreign: number;
}

/** Where a sensor stands, as it was registered last. */
export interface SensorSite {
  entry: number;
  id: string;
  owner: string;
  kind: string;
  place: Place;
  elevation_m: number;
  array: string | null;
}

/** An arrival that was found in a channel's records. */
export interface SensedArrival {
  entry: number;
  channel: string;
  class: string;
  owner: string;
  onset: string;
  onset_sigma_s: number;
  duration_s: number;
  amplitude: number;
  snr: number;
  kind: string;
  onset_by: string;
  clock_questionable: boolean;
  cut_short: boolean;
  waveform: string[];
}

/** A wave that passed an array: a direction or the reason why it has none, and never a place. */
export interface Bearing {
  entry: number;
  array: string;
  class: string;
  place: Place;
  owners: string[];
  onset: string;
  onset_sigma_s: number;
  span: Interval;
  direction: {
    azimuth_deg: number;
    azimuth_sigma_deg: number;
    slowness_s_km: number;
    slowness_sigma_s_km: number;
    elevation_deg: number | null;
    elevation_sigma_deg: number | null;
    near: boolean;
  } | null;
  not_resolvable: string | null;
  f_statistic: number;
  windows: number;
  elements: string[];
  without: string[];
  wrong_element: string | null;
  clock_questionable: string[];
  snr: number;
  continued: boolean;
  cut_short: boolean;
}

/** What kept a channel from being seen, or spoils what was seen. */
export interface Impediment {
  entry: number;
  channel: string;
  kind: string;
  from: string;
  to: string | null;
  before_hz: number | null;
  after_hz: number | null;
  by_s: number | null;
  samples: number | null;
  reason: string | null;
}

/** What broke, or may have broken, a station's row of sealed frames. */
export interface Continuity {
  entry: number;
  station: string;
  fault: string;
  from: number;
  to: number;
  at: string;
  words: string;
}

/** A sensor, or an owner, whose data contradicted those of the others. */
export interface Inconsistency {
  entry: number;
  sensor: string;
  owner: string;
  way: string;
  events: number;
  agreeing: number;
  left_out: number;
  from: string;
  to: string;
  words: string;
}

/** A change of a live source's link, as it was registered. */
export interface LinkChange {
  entry: number;
  source: string;
  boot: number;
  owner: string;
  at: string;
  state: string;
  reason: string | null;
  resumed_from: string | null;
  folded: number;
}

/** A change of what a witness does with the journal's checkpoints, as it was registered. */
export interface WitnessChange {
  entry: number;
  names: string[];
  keys: string[];
  address: string;
  at: string;
  answer: string;
  status: number | null;
  reason: string | null;
  size: number;
  folded: number;
}

/** A page of a list: `next` is the entry to ask before, null on the last page. */
export interface SensedPage<T> {
  rows: T[];
  next: number | null;
}

export interface EventSummary {
  id: string;
  label: string;
  product: string;
  revision: number;
  class: string;
  mean: Place;
  origin_time: string;
  time_p95: [string, string];
  p90_area_km2: number;
  detections: number;
  sensors_count: number;
  sensors: 'array' | 'sensor';
  p_real: number | null;
}

export interface FindingSummary {
  id: string;
  revision: number;
  state: VerdictState;
  clause: string | null;
  p: number | null;
  word: string | null;
  sentence: string;
  /** `S1` to `S4`; it orders the queue and nothing else. */
  severity: string | null;
  severity_words: string | null;
  witnessed: boolean;
}

export interface CaseRow {
  case: string;
  event: EventSummary;
  finding: FindingSummary;
  /** Why no later input revises it, such as that its arrivals were explained without it; null while it is open. */
  closed: string | null;
}

export interface Region {
  level: number;
  area_km2: number;
  polygons: Polygons;
}

export interface TimeInterval extends Interval {
  level: number;
}

export interface Detection {
  source: string;
  owner: string;
  place: Place;
  arrival: string;
  azimuth_deg: number;
  azimuth_sigma_deg: number;
  f_statistic: number;
  elements: number;
  trace_velocity_m_s: number | null;
  provenance: string;
  journal_index: number;
  distance_km: number;
  bearing_ray: Place[];
  entry: string;
}

/** An arrival that was found in the records of a channel or an array. */
export interface Arrival {
  channel: string;
  owner: string;
  onset: string;
  onset_sigma_s: number;
  phase: string;
  azimuth_deg: number | null;
  azimuth_sigma_deg: number | null;
  distance_km: number;
  journal_index: number;
  content: string;
}

/** West, south, east, north, degrees. */
export type Box = [number, number, number, number];

export interface LineSeen {
  name: string;
  length_km: number;
  seen_km: number;
  reduced_km: number;
  not_seen_km: number;
}

/** From where an event would have been registered at a time; why that is not known, where it is not. */
export interface Coverage {
  at: string;
  unknown: string | null;
  seen_p: number;
  reduced_ratio: number;
  lost_ratio: number;
  sensors_min: number | null;
  owners_min: number | null;
  running: number;
  sensors: number;
  learnt_from: number;
  area: [Place, Place] | null;
  reduced: Box[];
  not_seen: Box[];
  soundings: { place: Place; ratio: number }[];
  lines: LineSeen[];
}

/** A span of a trace without samples, and why: `no-record`, `erased`, `not-stored`, `unreadable` or `over-bound`. */
export interface MissingSamples {
  from: string;
  to: string;
  why: string;
  reason: string | null;
}

export interface Pick {
  onset: string;
  onset_sigma_s: number;
  phase: string;
  content: string;
}

/** A channel in which something arrived; of each column the smallest and the largest value, null where no sample is held. */
export interface Trace {
  channel: string;
  owner: string;
  class: string;
  array: string | null;
  elements: number | null;
  distance_km: number;
  rate_hz: number | null;
  unit: string;
  low: (number | null)[];
  high: (number | null)[];
  missing: MissingSamples[];
  picks: Pick[];
  expected: Expected[];
}

/** When a wave was to be expected at a sensor, were all as the event's means and the stated speeds say. */
export interface Expected {
  phase: string;
  at: string;
}

/** The waveforms around a case's arrivals, the nearest sensor first. */
export interface Waveforms {
  case: string;
  from: string;
  to: string;
  columns: number;
  traces: Trace[];
  left_out: number;
}

export interface Prior {
  name: string;
  value: number;
  unit: string;
  source: string;
}

export interface Notice {
  entry: string;
  party: string;
  activity: string;
  place: Place;
  radius_km: number;
  from: string;
  to: string;
  filed_at: string;
  journal_index: number;
  text: string;
  mass: number | null;
  matched: boolean;
}

export interface Revision {
  kind: 'event' | 'finding';
  revision: number;
  journal_index: number;
  product: string | null;
  after_s: number | null;
  target_s: number | null;
  target_kept: boolean | null;
  /** How long after its last arrival it stood, against its target. */
  promptness: string | null;
  state: VerdictState | null;
  id: string;
  summary: string;
  /** Where a reassessment made it. */
  reassessed: Reassessed | null;
}

export interface Reassessed {
  sentence: string;
  reason: string;
  asked_by: string;
  journal_index: number;
  epoch: string;
  earlier: string | null;
  earlier_epoch: string | null;
}

/** A page of the list: `next` is the case to ask after, null on the last page. */
export interface CasePage {
  cases: CaseRow[];
  total: number;
  next: string | null;
}

export interface WithoutOwner {
  owner: string;
  arrivals: number;
  most_probable: Place | null;
  p90_area_km2: number | null;
  moved_km: number | null;
  p_real: number | null;
}

export interface LikelihoodRatio {
  log10: number;
  least_log10: number;
  most_log10: number;
  number: string;
  word: string;
}

/** On which side of a line an event lay. Ratios are never summed; a posterior stands only with a named prior. */
export interface Attribution {
  sentence: string;
  origin_side: string | null;
  abstains: string | null;
  parties: [string, string];
  lines: string[];
  agreement: string;
  between: LikelihoodRatio;
  propositions: {
    kind: string;
    party: string | null;
    name: string;
    ratio: LikelihoodRatio | null;
    prior: number | null;
    posterior: number | null;
  }[];
  prior: string | null;
  place_first: number;
  place_second: number;
  place_beyond: number;
  place_band: number;
  certificate_k: number | null;
  collusion_number: number | null;
  certificate: string;
  owner_count: number;
  owners: {
    owner: string;
    arrivals: number;
    without: LikelihoodRatio | null;
    stated_without: boolean;
    p_false: number | null;
    inconsistent: boolean;
  }[];
  corroboration: string;
  corroboration_words: string;
  inconsistent: string[];
  alternatives: string[];
}

/** Which of this event and of one on the other side came first. */
export interface Order {
  case: string;
  side: string;
  other_side: string;
  order: 'before' | 'after' | 'undetermined';
  p_first: number;
  apart_s: number;
  sentence: string;
  journal_index: number;
}

/** What speaks for an event's kind: ratios of likelihoods against a kind that is not stated. */
export interface Kinds {
  natural_log10: number | null;
  taken_for_natural: boolean;
  ratios: { class: string; log10: number }[];
  depth: { p_ground: number; mean_km: number; sigma_km: number } | null;
}

/** How the target time of a product was kept. */
export interface ProductKept {
  product: string;
  target_s: number;
  revisions: number;
  kept: number;
  longest_s: number;
}

export interface CaseDetail extends CaseRow {
  regions: Region[];
  most_probable: Place;
  covariance_km2: { east: number; north: number; east_north: number };
  time: { mean: string; intervals: TimeInterval[] };
  detections: Detection[];
  arrivals: Arrival[];
  without: WithoutOwner[];
  attribution: Attribution | null;
  orders: Order[];
  priors: Prior[];
  notices: Notice[];
  revisions: Revision[];
  against: string[];
  not_seen: string[];
  kinds: Kinds | null;
  would_change: string[];
  dossier: string;
}

export interface Refused {
  offset: string;
  rule: string;
  expected: string;
}

export interface LoadResult {
  kind: 'detections' | 'notice' | 'agreement';
  registered: number;
  already: number;
  late: number;
  refused_count: number;
  refused: Refused[];
}
