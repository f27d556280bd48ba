"""ObsPy on a file of miniSEED: reading whole, reading record by record, and read-filter-STA/LTA-trigger.

Prints one JSON line. Usage: obspy_signal.py FILE
"""
import io
import json
import sys
import time

from obspy import read
from obspy.signal.trigger import recursive_sta_lta, trigger_onset

RUNS = 5
RECORD_BYTES = 512
RECORDS_SINGLY = 2000

data = open(sys.argv[1], "rb").read()


def best(work):
    times = []
    for _ in range(RUNS):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def whole():
    return read(io.BytesIO(data), format="MSEED")


def singly():
    for at in range(0, RECORDS_SINGLY * RECORD_BYTES, RECORD_BYTES):
        read(io.BytesIO(data[at : at + RECORD_BYTES]), format="MSEED")


def chain():
    stream = whole()
    stream.detrend("demean")
    stream.filter("bandpass", freqmin=2, freqmax=20, corners=4)
    return trigger_onset(recursive_sta_lta(stream[0].data, 50, 1000), 3.5, 1.0)


samples = sum(len(trace) for trace in whole())
print(
    json.dumps(
        {
            "samples": samples,
            "whole_msps": samples / best(whole) / 1e6,
            "singly_records_s": RECORDS_SINGLY / best(singly),
            "chain_msps": samples / best(chain) / 1e6,
        }
    )
)
