// What the page knows of sensors' records: the newest arrivals, bearings, impediments, what is said of sealed frames and changes of links, more by the page.
import { ApiError, getBearings, getContinuity, getDetections, getImpediments, getInconsistencies, getLinks, getSites, getWitnesses } from '../lib/api';
import { Once } from '../lib/once';
import type { Bearing, Continuity, Impediment, Inconsistency, LinkChange, SensedArrival, SensedPage, SensorSite, WitnessChange } from '../lib/types';

/** How many rows are asked for in one page. */
export const PAGE_ROWS = 100;
/** How many rows of a list are held at most: a technician who looks for more asks the interface for one channel. */
export const ROWS_MAX = 4_000;

type Get<T> = (limit: number, before: number | null) => Promise<SensedPage<T>>;

/** One list. Answers are replaced whole, never changed in place. */
class List<T extends { entry: number }> {
  rows = $state.raw<T[] | null>(null);
  /** Whether older rows than those held stand in the journal. */
  more = $state(false);
  problem = $state<string | null>(null);
  readonly #get: Get<T>;
  readonly #once = new Once();

  constructor(get: Get<T>) {
    this.#get = get;
  }

  /** Asks for what is newer than what is held. Where a page does not reach down to it, what is held is let go. */
  async refresh(): Promise<void> {
    await this.#asked(async () => {
      const page = await this.#get(PAGE_ROWS, null);
      const held = this.rows ?? [];
      const oldest = page.rows.at(-1)?.entry ?? 0;
      const joins = page.next === null || held.some((row) => row.entry >= oldest);
      const older = joins ? held.filter((row) => row.entry < oldest) : [];
      this.rows = [...page.rows, ...older].slice(0, ROWS_MAX);
      if (older.length === 0) this.more = page.next !== null;
    });
  }

  /** Asks for the page behind the oldest row. */
  async older(): Promise<void> {
    await this.#asked(async () => {
      const page = await this.#get(PAGE_ROWS, this.rows?.at(-1)?.entry ?? null);
      this.rows = [...(this.rows ?? []), ...page.rows].slice(0, ROWS_MAX);
      this.more = page.next !== null && this.rows.length < ROWS_MAX;
    });
  }

  #asked(ask: () => Promise<void>): Promise<void> {
    return this.#once.run(async () => {
      try {
        await ask();
        this.problem = null;
      } catch (error) {
        this.problem = error instanceof ApiError ? error.message : `the answer could not be read: ${String(error)}`;
      }
    });
  }
}

export const arrivals = new List<SensedArrival>(getDetections);
export const bearings = new List<Bearing>(getBearings);
export const impediments = new List<Impediment>(getImpediments);
export const continuity = new List<Continuity>(getContinuity);
export const inconsistencies = new List<Inconsistency>(getInconsistencies);
export const links = new List<LinkChange>(getLinks);
export const witnesses = new List<WitnessChange>(getWitnesses);

/** How many sensors a chart shows at most: those of a region; a country's are asked for by place. */
const SITES_MAX = 2_000;
/** How many impediments are read for a chart that is opened late, so that what began long ago is still known. */
const IMPEDIMENTS_READ = ROWS_MAX;
/** A chart asks again for what its sensors do no sooner than this, ms: a day that is played fast changes many times a second. */
const AGAIN_MS = 2_000;

/** What a chart knows of sensors: where they stand, what was heard, and what kept them from being seen. */
class Watched {
  sites = $state.raw<SensorSite[]>([]);
  #asked_ms = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sensors = -1;

  /** Asks for what changed, `sensors` of which are registered. A failure is said where the status is asked for. */
  refresh(sensors: number): void {
    clearTimeout(this.#timer);
    const wait = this.#asked_ms + AGAIN_MS - Date.now();
    if (wait > 0) {
      this.#timer = setTimeout(() => this.refresh(sensors), wait);
      return;
    }
    this.#asked_ms = Date.now();
    void this.#read(sensors);
  }

  async #read(sensors: number): Promise<void> {
    if (sensors !== this.#sensors) {
      try {
        this.sites = await getSites(SITES_MAX);
        this.#sensors = sensors;
      } catch {
        return;
      }
    }
    if (this.sites.length === 0) return;
    await arrivals.refresh();
    await impediments.refresh();
    while (impediments.more && impediments.problem === null && (impediments.rows?.length ?? 0) < IMPEDIMENTS_READ) await impediments.older();
  }
}

export const watched = new Watched();
