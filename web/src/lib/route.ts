// Pages by the address's fragment: `#/` is Watch, `#/case/04-0001-P` one case, `#/sensors` what registers, `#/evidence` checks a file,
// `#/register` is the board over all pillars, `#/register/FR` one state's page, `#/consultation/HASH` one consultation.
export type Route = { page: 'watch' } | { page: 'sensors' } | { page: 'evidence' } | { page: 'case'; id: string }
  | { page: 'register' } | { page: 'state'; code: string } | { page: 'consultation'; call: string };

export function parseRoute(hash: string): Route {
  if (hash === SENSORS_HREF) return { page: 'sensors' };
  if (hash === EVIDENCE_HREF) return { page: 'evidence' };
  if (hash === REGISTER_HREF) return { page: 'register' };
  const state = /^#\/register\/([A-Za-z0-9-]{1,48})$/.exec(hash);
  if (state?.[1]) return { page: 'state', code: state[1] };
  const consultation = /^#\/consultation\/([0-9a-f]{64})$/.exec(hash);
  if (consultation?.[1]) return { page: 'consultation', call: consultation[1] };
  const found = /^#\/case\/([^/]+)$/.exec(hash);
  if (!found?.[1]) return { page: 'watch' };
  try {
    return { page: 'case', id: decodeURIComponent(found[1]) };
  } catch {
    return { page: 'watch' };
  }
}

export function caseHref(id: string): string {
  return `#/case/${encodeURIComponent(id)}`;
}

export function stateHref(code: string): string {
  return `#/register/${encodeURIComponent(code)}`;
}

export function consultationHref(call: string): string {
  return `#/consultation/${call}`;
}

export const WATCH_HREF = '#/';
export const SENSORS_HREF = '#/sensors';
export const EVIDENCE_HREF = '#/evidence';
export const REGISTER_HREF = '#/register';
