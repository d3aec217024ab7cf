# pyroute2: all links, as its objects; nanoseconds of processor time for one.
import json
import sys
import time

from pyroute2 import IPRoute

times = []
with IPRoute() as ip:
    for _ in range(int(sys.argv[1])):
        start = time.process_time()
        links = len(list(ip.get_links()))
        times.append((time.process_time() - start) * 1e9 / links)
times.sort()
print(json.dumps({'min': times[0], 'median': times[len(times) // 2], 'things': links}))
