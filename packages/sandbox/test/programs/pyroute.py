"""What pyroute2 does to a network, and hears of it: prints a line for each step, the same on whatever kernel. KIND is a kind of links."""
import logging, os, threading, warnings

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)
from pyroute2 import DiagSocket, GenericNetlinkSocket, IPRoute, NetlinkError
from pyroute2.netlink import genlmsg

KIND = os.environ.get('KIND', 'nlmon')


def say(what, function):
    try:
        print(what, function())
    except NetlinkError as error:
        print(what, 'error', error.code)


ip = IPRoute()
say('add', lambda: len(ip.link('add', ifname='v0', kind=KIND)))
say('again', lambda: ip.link('add', ifname='v0', kind=KIND))
[first] = ip.link_lookup(ifname='v0')
say('up', lambda: len(ip.link('set', index=first, state='up', mtu=1400, txqlen=9, ifalias='x')))
ip.addr('add', index=first, address='10.3.0.1', prefixlen=24)
say('addresses', lambda: [a.get_attr('IFA_ADDRESS') for a in ip.get_addr(index=first, family=2)])
say('route', lambda: len(ip.route('add', dst='10.4.0.0/16', gateway='10.3.0.7', priority=7)))
say('way', lambda: ip.route('get', dst='10.4.1.1')[0].get_attr('RTA_GATEWAY'))
say('routes', lambda: sorted(str(r.get_attr('RTA_DST')) for r in ip.get_routes(family=2)))
say('neighbour', lambda: len(ip.neigh('add', dst='10.3.0.9', lladdr='02:00:00:00:00:09', ifindex=first, state='permanent')))
say('neighbours', lambda: [(n.get_attr('NDA_DST'), n['state']) for n in ip.get_neighbours(family=2, ifindex=first)])
say('rule', lambda: len(ip.rule('add', table=50, priority=60, src='10.0.0.0', src_len=8)))
say('rules', lambda: [r.get_attr('FRA_PRIORITY') for r in ip.get_rules(family=2)])
say('no such link', lambda: ip.get_links(9999))
listener = IPRoute()
listener.bind()
ip.link('set', index=first, state='down')
say('hears', lambda: any(message['event'] == 'RTM_NEWLINK' for message in listener.get()))
listener.close()
generic = GenericNetlinkSocket()
generic.bind('nlctrl', genlmsg)
say('family', lambda: generic.prid)
say('no such family', lambda: generic.bind('nosuch', None))
with DiagSocket() as diag:
    diag.bind()
    say('sockets', lambda: len(diag.get_sock_stats(family=1)) >= 0)

wrong = []


def look():
    with IPRoute() as own:
        for _ in range(5):
            if own.link_lookup(ifname='lo') != [1]:
                wrong.append(1)


threads = [threading.Thread(target=look) for _ in range(12)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
say('threads', lambda: wrong)
ip.close()
