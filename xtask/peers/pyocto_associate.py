"""PyOcto on the two files of `truceline associate`: pyocto_associate.py SENSORS ARRIVALS [italy].

Settings: those of PyOcto's own benchmark (10 picks, 3 of each phase, 3 stations with both) with a tolerance of 0.6 s and
a cutoff of 120 km; for Italy those of REAL's own demonstration. Prints one line of JSON; places in m.
"""
import json
import sys
import time

import numpy as np
import pandas as pd
import pyocto

sensors, arrivals = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
italy = sys.argv[3:] == ["italy"]
if italy:
    from pyproj import Transformer

    to_plane = Transformer.from_crs(4326, "+proj=tmerc +lat_0=42.75 +lon_0=13.2 +units=km", always_xy=True)
    x, y = to_plane.transform(sensors.lon.values, sensors.lat.values)
    z = -sensors.elevation_m.values / 1e3
else:
    x, y, z = (sensors[axis].values / 1e3 for axis in ("x_m", "y_m", "z_m"))
stations = pd.DataFrame({"id": sensors.sensor_id, "x": x, "y": y, "z": z})
picks = pd.DataFrame({"station": arrivals.sensor_id, "phase": arrivals.phase, "time": arrivals.time})
rows = np.arange(len(picks))
if italy:
    known = picks.station.isin(stations.id).values
    picks, rows = picks[known], rows[known]
    order = np.argsort(picks.time.values, kind="stable")
    picks, rows = picks.iloc[order].reset_index(drop=True), rows[order]
    model = pyocto.VelocityModel0D(6.2, 3.3, tolerance=1.0, association_cutoff_distance=80)
    associator = pyocto.OctoAssociator(
        xlim=(-60, 60), ylim=(-60, 60), zlim=(0, 20), velocity_model=model, time_before=100, n_picks=12, n_p_picks=3,
        n_s_picks=2, n_p_and_s_picks=3, n_threads=1, pick_match_tolerance=1.0)
else:
    model = pyocto.VelocityModel0D(6.0, 6.0 / 1.75, tolerance=0.6, association_cutoff_distance=120)
    associator = pyocto.OctoAssociator(
        xlim=(-100, 100), ylim=(-100, 100), zlim=(0, 20), velocity_model=model, time_before=100, n_picks=10, n_p_picks=3,
        n_s_picks=3, n_p_and_s_picks=3, n_threads=1, pick_match_tolerance=0.6)
begin = time.process_time()
events, assigned = associator.associate(picks, stations)
cpu_s = time.process_time() - begin
members = assigned.groupby("event_idx").pick_idx.apply(list) if len(assigned) else {}
answer = [
    {"x_m": e.x * 1e3, "y_m": e.y * 1e3, "time_s": e.time, "arrivals": [int(rows[i]) for i in members[e.idx]]}
    for e in events.itertuples()
]
print(json.dumps({"cpu_s": cpu_s, "events": answer}))
