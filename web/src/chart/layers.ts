// The chart's layers. The canvas is clear: paper and graticule lie under it. No tile, no font and no sprite is asked for from anywhere.
import type { GeoJSONSource, LayerSpecification, Map as MapLibre, StyleSpecification } from 'maplibre-gl';
import type { FeatureCollection } from 'geojson';
import type { Palette } from './palette';

export const SOURCES = ['bands', 'lines', 'zones', 'notices', 'rays', 'regions'] as const;
export type SourceName = (typeof SOURCES)[number];

/** The layers that show credible regions: 50 % filled, 90 % solid, 95 % dashed. */
export const REGION_LAYERS = ['region-50', 'region-90', 'region-90-edge', 'region-95-edge'];
/** A press inside this layer chooses the case. */
export const PRESS_LAYER = 'region-90';

const EMPTY: FeatureCollection = { type: 'FeatureCollection', features: [] };

export function layers(palette: Palette): LayerSpecification[] {
  const hue: ['case', unknown, string, string] = ['case', ['get', 'selected'], palette.accent, palette.ink];
  const pick = (selected: number, other: number) => ['case', ['get', 'selected'], selected, other];
  const all = [
    { id: 'bands', type: 'fill', source: 'bands', paint: { 'fill-color': palette.bandFill, 'fill-outline-color': palette.band } },
    {
      id: 'lines',
      type: 'line',
      source: 'lines',
      filter: ['!=', ['get', 'kind'], 'withdrawal-line'],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.ink, 'line-width': 1.6 },
    },
    {
      id: 'withdrawal-lines',
      type: 'line',
      source: 'lines',
      filter: ['==', ['get', 'kind'], 'withdrawal-line'],
      layout: { 'line-join': 'round' },
      paint: { 'line-color': palette.ink3, 'line-width': 0.9, 'line-dasharray': [11, 3, 1.5, 3] },
    },
    {
      id: 'zones',
      type: 'line',
      source: 'zones',
      filter: ['!=', ['get', 'kind'], 'humanitarian-corridor'],
      paint: { 'line-color': palette.ink3, 'line-width': 1, 'line-dasharray': [7, 4] },
    },
    {
      id: 'corridors',
      type: 'line',
      source: 'zones',
      filter: ['==', ['get', 'kind'], 'humanitarian-corridor'],
      paint: { 'line-color': palette.ink3, 'line-width': 1, 'line-dasharray': [2, 2.5] },
    },
    {
      id: 'notices',
      type: 'line',
      source: 'notices',
      paint: { 'line-color': palette.ink3, 'line-width': 1, 'line-dasharray': [10, 3, 1.5, 3] },
    },
    {
      id: 'rays',
      type: 'line',
      source: 'rays',
      paint: { 'line-color': palette.ink2, 'line-width': 0.9 },
    },
    {
      id: 'region-90',
      type: 'fill',
      source: 'regions',
      filter: ['==', ['get', 'level'], 90],
      layout: { 'fill-sort-key': ['get', 'order'] },
      paint: { 'fill-color': hue, 'fill-opacity': pick(0.1, 0.07), 'fill-antialias': false },
    },
    {
      id: 'region-50',
      type: 'fill',
      source: 'regions',
      filter: ['==', ['get', 'level'], 50],
      layout: { 'fill-sort-key': ['get', 'order'] },
      paint: { 'fill-color': hue, 'fill-opacity': pick(0.22, 0.13) },
    },
    {
      id: 'region-90-edge',
      type: 'line',
      source: 'regions',
      filter: ['==', ['get', 'level'], 90],
      layout: { 'line-join': 'round', 'line-sort-key': ['get', 'order'] },
      paint: { 'line-color': hue, 'line-width': pick(1.8, 1.2) },
    },
    {
      id: 'region-95-edge',
      type: 'line',
      source: 'regions',
      filter: ['==', ['get', 'level'], 95],
      layout: { 'line-join': 'round', 'line-sort-key': ['get', 'order'] },
      paint: { 'line-color': hue, 'line-width': 1, 'line-dasharray': [3, 3] },
    },
  ];
  return all as LayerSpecification[];
}

export function blankStyle(palette: Palette): StyleSpecification {
  const sources = Object.fromEntries(SOURCES.map((name) => [name, { type: 'geojson' as const, data: EMPTY }]));
  return { version: 8, sources, layers: layers(palette) };
}

export function setData(map: MapLibre, name: SourceName, data: FeatureCollection): void {
  map.getSource<GeoJSONSource>(name)?.setData(data);
}

/** A change of theme repaints what stands: no layer is built anew, so nothing flickers. */
export function repaint(map: MapLibre, palette: Palette): void {
  for (const layer of layers(palette)) {
    for (const [property, value] of Object.entries(layer.paint ?? {})) {
      map.setPaintProperty(layer.id, property as never, value as never);
    }
  }
}
