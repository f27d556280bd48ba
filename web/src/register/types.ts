// What the HTTP interface says of the register and of consultations. What nobody said is null; `unclear` is a value.
export type Texts = Record<string, string>;

export interface LineHead {
  id: string;
  layer: 'article' | 'record' | 'deployment';
  sources: string[];
}

export interface EditionHead {
  entry: number;
  number: number;
  published_at: string;
  signed_by: string[];
  title: Texts;
  as_of: string | null;
  article: string | null;
  record_lines: number;
  record_shown: boolean;
}

export interface Unclear {
  unclear: number;
  of: number;
}

export interface Quantity {
  clear: boolean;
  from: number | null;
  to: number | null;
  unit: string | null;
}

export interface Need {
  condition: string;
  for_people: boolean;
}

export interface ActivationLine extends LineHead {
  needs: Need[];
  text: Texts;
}

export interface PillarLine extends LineHead {
  title: Texts;
  lead: string[];
  domains: string[];
  support: string[];
  rests_on: string[];
  modality: string;
  text: Texts | null;
}

export interface BoardPillar extends PillarLine {
  activations: ActivationLine[];
  quantities: Unclear;
  instruments: string[];
  questions: string[];
}

export interface StateLine extends LineHead {
  name: Texts;
  roles: string[];
  gives: boolean;
  consent: string | null;
}

export interface GroupLine extends LineHead {
  name: Texts;
  count: string | null;
  members: string[] | null;
}

export interface OrganisationLine extends LineHead {
  name: Texts;
  roles: string[];
}

export interface BodyLine extends LineHead {
  kind: string;
  name: Texts;
  lead: string[];
  members: string[] | null;
  writes_to: string[];
  text: Texts | null;
}

export interface RelationLine extends LineHead {
  instrument: string;
  who: string;
  kind: string;
  date: string | null;
}

export interface InstrumentLine extends LineHead {
  title: Texts;
  nature: string;
  modality: string;
  pillars: string[];
  place: string | null;
  text: Texts | null;
  relations: RelationLine[];
  witnesses: number;
  differs_in: string[];
}

export interface StepLine {
  kind: string;
  status: string;
  date: string | null;
  legal_basis: string | null;
  text: Texts | null;
  sources: string[];
}

export interface TrackLine extends LineHead {
  state: string | null;
  instrument: string | null;
  pillar: string | null;
  decided_by: string | null;
  risk: Texts | null;
  steps: StepLine[];
  binds: boolean;
}

export interface CaveatLine extends LineHead {
  states: string[];
  kind: string;
  text: Texts;
  qualified_by: { quote: string; meaning: Texts; sources: string[] } | null;
}

export interface PledgeLine extends LineHead {
  state: string | null;
  pillar: string;
  domains: string[];
  what: Texts;
  quantity: Quantity;
  status: string;
  modality: string;
  announced_by: string | null;
  after: Need[];
}

export interface FacilityLine extends LineHead {
  kind: string;
  by: string[];
  host: string;
  area: Texts;
  quantity: Quantity;
  status: string;
  purpose: Texts | null;
}

export interface DeploymentLine extends LineHead {
  by: string[];
  domains: string[];
  area: Texts | null;
  purpose: Texts | null;
  quantity: Quantity;
  status: string;
  rule: Texts | null;
  kept: string;
}

export interface WaterLine extends LineHead {
  kind: string;
  name: Texts;
  in_charge: string[];
  status: string;
}

export interface ProgrammeLine extends LineHead {
  pillar: string;
  from: string[];
  what: Texts;
  modality: string;
  tranches: { name: string; quantity: Quantity; status: string; due: string | null }[];
}

export interface QuestionLine extends LineHead {
  text: Texts;
  pillars: string[];
  states: string[];
}

export interface NoteLine extends LineHead {
  about: string;
  text: Texts;
}

export interface ReminderLine extends LineHead {
  text: Texts;
  from: string;
  after_h: number;
  on: boolean;
}

export interface SourceLine {
  id: string;
  publisher: string;
  what: string;
  published: string | null;
  grade: string;
}

export type Names = Record<string, Texts>;

export interface Board {
  edition: EditionHead | null;
  names: Names;
  pillars: BoardPillar[];
  states: StateLine[];
  groups: GroupLine[];
  organisations: OrganisationLine[];
  bodies: BodyLine[];
  pledges: PledgeLine[];
  tracks: TrackLine[];
  instruments: InstrumentLine[];
  facilities: FacilityLine[];
  deployments: DeploymentLine[];
  waters: WaterLine[];
  programmes: ProgrammeLine[];
  questions: QuestionLine[];
  notes: NoteLine[];
  reminders: ReminderLine[];
  sources: SourceLine[];
  quantities: Unclear | null;
  ratification: { complete: number; of: number } | null;
}

export type Allowed = 'yes' | 'no' | 'after-a-vote' | 'unclear';

export interface OptionLine extends LineHead {
  pillar: string;
  kind: string;
  text: Texts;
  needs: string[];
  allowed: Allowed;
  named: boolean;
}

export interface SeatKeys {
  roll: string;
  body: string;
  state: string;
  keys: number;
  revoked: number;
  needed: number;
}

export interface BasisLine {
  finding: string | null;
  proof: string | null;
  entry: number | null;
  case: string | null;
  words: string | null;
}

export interface ConsultationRow {
  call: string;
  entry: number;
  body: string;
  called_by: string;
  called_at: string;
  question: string;
  findings: BasisLine[];
  state: string;
  seats: number;
  spoke: number;
  silent: number;
  stance: string | null;
}

export interface StateToday {
  edition: EditionHead;
  names: Names;
  state: StateLine;
  options: OptionLine[];
  caveats: CaveatLine[];
  tracks: TrackLine[];
  relations: RelationLine[];
  pledges: PledgeLine[];
  facilities: FacilityLine[];
  deployments: DeploymentLine[];
  asked_on: { pillar: PillarLine; on: PillarLine; activations: ActivationLine[] }[];
  questions: QuestionLine[];
  notes: NoteLine[];
  seats: SeatKeys[];
  consultations: ConsultationRow[];
  sources: SourceLine[];
}

export interface LineChange {
  table: string;
  id: string;
  became: 'added' | 'removed' | 'changed';
  fields: { field: string; before: unknown; after: unknown }[];
  sources: string[];
}

export interface Changes {
  newest: EditionHead | null;
  before: EditionHead | null;
  lines: LineChange[];
}

export interface NotTaken {
  entry: number;
  act: string | null;
  state: string | null;
  rule: string;
  why: string;
}

export interface Consultations {
  consultations: ConsultationRow[];
  names: Names;
  not_taken: NotTaken[];
}

export interface PositionLine {
  hash: string;
  entry: number;
  stance: string;
  words: string;
  keys: number;
}

export interface SeatLine {
  state: string;
  keys: number;
  revoked: string[];
  position: PositionLine | null;
  fallen: PositionLine | null;
  earlier: number;
  concluded_with: PositionLine | null;
  signed: boolean;
}

export interface Conclusion {
  hash: string;
  entry: number;
  kind: 'decision' | 'determination';
  outcome: string;
  words: string;
  signed_by: string[];
  review_by: string | null;
  parties: string[];
  standard: string | null;
  intent: string | null;
  remedies: string[];
  lifted: string | null;
}

export interface MeasureLine {
  hash: string;
  state: string;
  option: string;
  option_text: Texts | null;
  words: string;
  legal_basis: string;
  caveats_checked_by: string;
  announced_at: string;
  lifted: string | null;
}

export interface ConsultationDetail extends ConsultationRow {
  names: Names;
  roll: string;
  quorum: { take_part_min: number; sign_min: number; oppose_max: number | null };
  taking_part: number;
  stage: string;
  basis: BasisLine[];
  pack: string;
  agenda: string[];
  seat_lines: SeatLine[];
  conclusion: Conclusion | null;
  dissents: { state: string; words: string }[];
  measures: MeasureLine[];
  reviews: { outcome: string; words: string }[];
  reminders: { words: string; from: string; to: string }[];
  not_taken: NotTaken[];
}
