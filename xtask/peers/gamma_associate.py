"""GaMMA on the two files of `truceline associate`: gamma_associate.py SENSORS ARRIVALS.

Settings: those of its benchmark on Chile (BGMM after DBSCAN with 25 s, oversampling 4). Prints one line of JSON.
"""
import json
import os
import sys
import warnings

import pandas as pd

warnings.filterwarnings("ignore")
from gamma.utils import association  # noqa: E402

sensors, arrivals = pd.read_csv(sys.argv[1]), pd.read_csv(sys.argv[2])
stations = pd.DataFrame({
    "id": sensors.sensor_id, "x(km)": sensors.x_m / 1e3, "y(km)": sensors.y_m / 1e3, "z(km)": sensors.z_m / 1e3})
start = pd.Timestamp("2026-01-01")
picks = pd.DataFrame({
    "id": arrivals.sensor_id, "timestamp": start + pd.to_timedelta(arrivals.time, unit="s"), "prob": 0.9, "amp": 1.0,
    "type": arrivals.phase.str.lower()})
settings = {
    "dims": ["x(km)", "y(km)", "z(km)"], "x(km)": (-100, 100), "y(km)": (-100, 100), "z(km)": (0, 20),
    "vel": {"p": 6.0, "s": 6.0 / 1.75}, "use_dbscan": True, "use_amplitude": False, "method": "BGMM",
    "oversample_factor": 4, "dbscan_eps": 25, "dbscan_min_samples": 3, "min_picks_per_eq": 10, "max_sigma11": 2.0,
    "max_sigma22": 1.0, "max_sigma12": 1.0, "ncpu": 1,
    "bfgs_bounds": ((-101, 101), (-101, 101), (0, 21), (None, None))}
begin = os.times()
# It reports its progress on standard output, which is for the answer here.
shown, sys.stdout = sys.stdout, sys.stderr
events, assigned = association(picks, stations, settings, method="BGMM")
sys.stdout = shown
end = os.times()
members = {}
for row, event, _ in assigned:
    members.setdefault(int(event), []).append(int(row))
answer = [
    {"x_m": e["x(km)"] * 1e3, "y_m": e["y(km)"] * 1e3, "arrivals": members.get(int(e["event_index"]), [])}
    for e in events
]
print(json.dumps({"cpu_s": sum(end[:4]) - sum(begin[:4]), "events": answer}))
