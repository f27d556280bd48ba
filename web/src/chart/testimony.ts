// What the canvas has truly rendered, for the browser test: a canvas has no elements to look at.
// Reading only: nothing here moves or changes the chart.
import type { Map as MapLibre } from 'maplibre-gl';
import { REGION_LAYERS } from './layers';

export interface Testimony {
  /** The credible regions rendered in the present view, by the renderer's own answer. */
  regions(): { case: string; level: number; layer: string }[];
  /** How many back-azimuths are rendered in the present view. */
  rays(): number;
}

declare global {
  interface Window {
    __truceline_map?: Testimony;
  }
}

/** Publishes the testimony of one chart and tells the count of regions whenever the chart has come to rest. */
export function publish(map: MapLibre, tell: (regions: number) => void): () => void {
  const testimony: Testimony = Object.freeze({
    regions: () => {
      const seen = new Map<string, { case: string; level: number; layer: string }>();
      for (const { properties, layer } of map.queryRenderedFeatures({ layers: REGION_LAYERS })) {
        const row = { case: String(properties.case), level: Number(properties.level), layer: layer.id };
        seen.set(`${row.case} ${row.layer}`, row);
      }
      return [...seen.values()];
    },
    rays: () => map.queryRenderedFeatures({ layers: ['rays'] }).length,
  });
  window.__truceline_map = testimony;
  const count = (): void => tell(new Set(testimony.regions().map((r) => `${r.case} ${r.level}`)).size);
  map.on('idle', count);
  return () => {
    map.off('idle', count);
    if (window.__truceline_map === testimony) delete window.__truceline_map;
  };
}
