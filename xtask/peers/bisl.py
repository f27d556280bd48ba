"""Run BISL, the Bayesian infrasonic source localisation of infrapy, on a `dets.json` file.

usage: bisl.py INFRAPY DETECTIONS LON LAT TIME RUNS

INFRAPY is a checkout of LANL-Seismoacoustics/infrapy, DETECTIONS a file in its `dets.json` shape, LON LAT (degrees) and
TIME (UTC, ISO 8601) what is known to be true. Prints one JSON object: for the run without and with
infrapy's path model of this place and season, the mean, its distance to the truth (km, WGS84), the standard deviations
(km), the area of BISL's own 90 % ellipse (km2, the formula of `bisl.summarize`), its 95 % time interval, whether that
holds the truth, and the processor and wall time of each run (ms, the work on the file left out).

The settings are those of infrapy's `examples/test_bisl.py`: beam width 12.5 deg, radius 50-500 km.
Needs numpy, scipy, obspy, pyproj, scikit-learn and matplotlib.
"""

import contextlib
import json
import sys
import time
import types
from pathlib import Path

import numpy as np
import scipy.integrate
from pyproj import Geod
from scipy.interpolate import interp1d
from scipy.stats import chi2

SETTINGS = {"bm_width": 12.5, "rad_min": 50.0, "rad_max": 500.0, "rng_max": np.pi / 2.0 * 6370.0}
# The model of June at 18 UTC, the one that infrapy's example takes for this event.
PATH_MODEL = "infrapy/propagation/priors/UTTR_models/UTTR_06_1800UTC.pgm"


def import_bisl(checkout):
    """infrapy's modules, with what its `utils` imports for data bases and BISL never calls stood in for."""
    for name in ("pisces", "pisces.request", "sqlalchemy", "sqlalchemy.orm", "IPython"):
        try:
            __import__(name)
        except ImportError:
            stand_in = types.ModuleType(name)
            stand_in.request = stand_in.Session = stand_in.embed = None
            sys.modules[name] = stand_in
    # SciPy 1.14 renamed the function and kept what it does.
    if not hasattr(scipy.integrate, "simps"):
        scipy.integrate.simps = scipy.integrate.simpson
    sys.path.insert(0, str(checkout))
    from infrapy.location import bisl
    from infrapy.propagation import infrasound, likelihoods

    return bisl, infrasound, likelihoods


def read_detections(path, likelihoods):
    """One `InfrasoundDetection` for each object of the file: a list, or a `detections` list with its source beside it."""
    content = json.loads(Path(path).read_text(encoding="utf-8"))
    entries = content["detections"] if isinstance(content, dict) else content
    return [
        likelihoods.InfrasoundDetection(
            lat_loc=entry["Latitude"],
            lon_loc=entry["Longitude"],
            time=np.datetime64(entry["Peak F-Stat Time (UTC)"].rstrip("Z")),
            azimuth=entry["Back Azimuth"],
            f_stat=entry["F Statistic"],
            array_d=entry["Array Dimension"],
        )
        for entry in entries
    ]


def interval_p95(bisl, result):
    """The 95 % time interval as `bisl.summarize` computes it for that level."""
    times, density = result["temporal_pdf"]
    seconds = np.array([(at - times[0]).astype("m8[ms]").astype(float) / 1e3 for at in times])
    mean = (result["t_mean"] - times[0]).astype("m8[ms]").astype(float) / 1e3
    near = np.logical_and(mean - 4.0 * result["t_stdev"] < seconds, seconds < mean + 4.0 * result["t_stdev"])
    curve = interp1d(seconds[near], np.array(density)[near], kind="cubic")
    bounds = bisl.find_confidence(curve, [seconds[near][0], seconds[near][-1]], 0.95)[0]
    return [times[0] + np.timedelta64(int(bound * 1e3), "ms") for bound in (min(bounds), max(bounds))]


def measure(bisl, detections, model, truth, runs):
    """BISL `runs` times on the same detections; the figures of the last run and the times of all."""
    cpu_ms, wall_ms = [], []
    for _ in range(runs):
        cpu, wall = time.process_time(), time.perf_counter()
        result = bisl.run(detections, path_geo_model=model, verbose=False, **SETTINGS)
        cpu_ms.append((time.process_time() - cpu) * 1e3)
        wall_ms.append((time.perf_counter() - wall) * 1e3)
    lon, lat, at = truth
    distance_m = Geod(ellps="WGS84").inv(lon, lat, result["lon_mean"], result["lat_mean"])[2]
    first, last = interval_p95(bisl, result)
    return {
        "mean": [float(result["lon_mean"]), float(result["lat_mean"])],
        "distance_km": float(distance_m) / 1e3,
        "sigma_east_km": float(result["EW_stdev"]),
        "sigma_north_km": float(result["NS_stdev"]),
        "area_p90_km2": float(np.pi * result["EW_stdev"] * result["NS_stdev"] * chi2(2).ppf(0.9)),
        "time_p95": [str(first), str(last)],
        "time_p95_holds_truth": bool(first <= at <= last),
        "cpu_ms": cpu_ms,
        "wall_ms": wall_ms,
    }


def main(arguments):
    checkout, path, lon, lat, at, runs = arguments
    bisl, infrasound, likelihoods = import_bisl(Path(checkout))
    detections = read_detections(path, likelihoods)
    truth = (float(lon), float(lat), np.datetime64(at.rstrip("Z")))
    model = infrasound.PathGeometryModel()
    # `load` prints; standard output is for the answer.
    with contextlib.redirect_stdout(sys.stderr):
        model.load(str(Path(checkout) / PATH_MODEL))
    answer = {
        "without_path_model": measure(bisl, detections, None, truth, int(runs)),
        "with_path_model": measure(bisl, detections, model, truth, int(runs)),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    if len(sys.argv) != 7:
        sys.exit(__doc__)
    main(sys.argv[1:])
