// Pages by the address's fragment: `#/` is Watch, `#/case/04-0001-P` one case, `#/sensors` what registers, `#/evidence` checks a file.
export type Route = { page: 'watch' } | { page: 'sensors' } | { page: 'evidence' } | { page: 'case'; id: string };

export function parseRoute(hash: string): Route {
  if (hash === SENSORS_HREF) return { page: 'sensors' };
  if (hash === EVIDENCE_HREF) return { page: 'evidence' };
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

export const WATCH_HREF = '#/';
export const SENSORS_HREF = '#/sensors';
export const EVIDENCE_HREF = '#/evidence';
